"""The influence graph as a hypergraph of XGI, and how central each dimension is in it."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from tiltmeter.framework._graph import Graph

# A weight of 1 counts as so many parallel edges: XGI's centralities know no weights.
_PARALLEL = 20


def structure(graph: Graph) -> Any:
    """The graph as an `xgi.DiHypergraph` over elements and dimensions; edges carry weight, range and reason.

    A gate is one edge with several tails.
    """
    import xgi

    made = xgi.DiHypergraph()
    made.add_nodes_from((one.name, {"kind": "element"}) for one in graph.rubric.elements)
    made.add_nodes_from((one.name, {"kind": "dimension", "element": one.element}) for one in graph.rubric.dimensions)
    for one in graph.influences:
        told = {"weight": one.weight, "low": one.low, "high": one.high, "why": one.why, "gate": one.gate}
        made.add_edge((set(one.sources), {one.target}), idx=one.id, **told)
    return made


def centrality(graph: Graph) -> Mapping[str, float]:
    """Clique eigenvector centrality of the dimensions and of the elements; each kind sums to 1.

    Every edge joins the dimensions of its sources and of its target, in as many copies as its weight has twentieths, so
    that stronger edges count more. Signs and directions are lost: that is what centrality cannot see. An element has
    the sum of its dimensions.
    """
    import xgi

    rubric = graph.rubric
    members = {one.name: [d.name for d in rubric.dimensions if d.element == one.name] for one in rubric.elements}
    members |= {name: [name] for name in rubric.names}
    made = xgi.Hypergraph()
    made.add_nodes_from(rubric.names)
    for one in graph.influences:
        joined = {name for end in (*one.sources, one.target) for name in members[end]}
        for _ in range(round(abs(one.weight) * _PARALLEL)):
            made.add_edge(joined)
    if not made.num_edges:
        found = dict.fromkeys(rubric.names, 1 / len(rubric.names))
    else:
        raw = xgi.clique_eigenvector_centrality(made, tol=1e-10)
        total = float(np.sum(list(raw.values())))
        found = {name: float(raw[name]) / total for name in rubric.names}
    return found | {one.name: sum(found[name] for name in members[one.name]) for one in rubric.elements}
