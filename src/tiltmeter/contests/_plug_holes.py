"""Plugging holes: the attacker needs one hole that it finds and the defender has not found and plugged."""

from typing import ClassVar

import jax.numpy as jnp
from jaxtyping import Array, ArrayLike

from tiltmeter.contests._base import POSITIVE, AbstractContest, Card, ClosedForm, Shape, param, two_point
from tiltmeter.contests._chances import COUNT, at_least_one, thinned, thinning_shape


class PlugHoles(AbstractContest):
    r"""Both sides search N holes at random; what the defender finds it plugs, and any other that is found is a breach.

    Success      $P = 1 - (1 - q)^N$ with $q = (1 - e^{-k_A a}) e^{-k_D d}$, the chance that the attacker finds a given
                 hole and the defender does not; 0 for an attacker who does not search, also at (0, 0)
    Equilibrium  unique, from two equations with one unknown each. The attacker plays one effort, because success is
                 concave in it (Bohnenblust, Karlin & Shapley 1950). To plug a few of many holes is no use, so that the
                 defender brings q down to the smaller root of $N q (1 - q)^{N-1} = c_D / (k_D V_D)$, or does nothing,
                 or mixes the two. Where it always plugs, success does not depend on the attacker's stake, cost and
                 productivity. With one hole it is [`Perimeter`][tiltmeter.Perimeter] with a surface of 1.
    Technology   AI that searches raises both productivities; once the defender plugs, only its own counts for success,
                 because holes run out. AI that writes code may raise the number of holes.
    Limits       our formalization of the first stylized game of Cunningham (2025), which states it in words. All holes
                 are equally hard to find, the sides search independently, and a plug is at once, free and for good.

    Use it when what the defender finds is closed and the attacker needs any one of many holes; if known holes can only
    be watched use [`WatchHoles`][tiltmeter.WatchHoles], if closing them takes time use
    [`PatchRace`][tiltmeter.PatchRace], if both sides find easy holes first use [`HoleSearch`][tiltmeter.HoleSearch]. It
    leaves out that several breaches may be worse than one, and that plugs may open new holes.

    Example:
        A better attacker alone changes nothing; when both sides search better, the defender gains.

        >>> import tiltmeter as tm
        >>> for attacker, defender in ((10.0, 10.0), (100.0, 10.0), (100.0, 100.0)):
        ...     contest = tm.PlugHoles(attacker_productivity=attacker, defender_productivity=defender)
        ...     print(f"{tm.solve(contest).attack_success:.4f}")
        0.1052
        0.1052
        0.0100
    """

    attacker_productivity: Array = param(
        "k_A", "1/effort", POSITIVE, (0.3, 30.0), "Search done by a unit of attack effort.", 3.0
    )
    defender_productivity: Array = param(
        "k_D", "1/effort", POSITIVE, (0.3, 30.0), "Search done by a unit of defense effort.", 3.0
    )
    hole_count: Array = param("N", "holes", COUNT, (1.0, 1000.0), "How many holes there are.", 10.0)

    card: ClassVar[Card] = Card(title="Plugging holes", cites=("Cunningham2025", "BohnenblustKarlinShapley1950"))

    def success(self, attacker_effort: Array, defender_effort: Array) -> Array:
        found = -jnp.expm1(-self.attacker_productivity * attacker_effort)
        return at_least_one(found * jnp.exp(-self.defender_productivity * defender_effort), self.hole_count)

    def attack_shape(self, defender_effort: Array) -> ArrayLike:
        return Shape.CONCAVE

    def defense_shape(self, attacker_effort: Array) -> ArrayLike:
        # What more effort adds is in proportion to q (1 − q)^(N − 1), which has one mode in q, and q falls with effort.
        return thinning_shape(self.hole_count, -jnp.expm1(-self.attacker_productivity * attacker_effort))

    def closed_form(self) -> ClosedForm:
        # In units of search x = k_A a and y = k_D d, which cost α and β as shares of the stakes. Success is concave in
        # x whatever the defender does, so that the attacker plays one effort, the best one against the best replies.
        attack_cost = self.attacker_cost / (self.attacker_productivity * self.attacker_stake)
        defense_cost = self.defender_cost / (self.defender_productivity * self.defender_stake)
        reply = thinned(self.hole_count, defense_cost)

        unopposed = jnp.maximum(jnp.log(self.hole_count / attack_cost), 0.0) / self.hole_count
        passive = (unopposed <= reply.begins) | (unopposed >= reply.gives_up)
        # Against a defender who thins holes out to q₀ one more unit of search gains β/(e^x − 1).
        opposed = jnp.log1p(defense_cost / attack_cost)
        search = jnp.minimum(opposed, reply.gives_up)
        plugging = jnp.log(-jnp.expm1(-search)) - jnp.log(reply.left)

        # Where the defender is indifferent to giving up, it plugs so often that more search is worth just its cost.
        if_plugged, if_not = defense_cost / jnp.expm1(search), self.hole_count * jnp.exp(-self.hole_count * search)
        undecided = ~passive & (opposed > reply.gives_up)
        spread = jnp.where(undecided, if_plugged - if_not, 1.0)
        often = jnp.where(undecided, jnp.clip((attack_cost - if_not) / spread, 0.0, 1.0), 1.0)

        attack_effort = jnp.where(passive, unopposed, search) / self.attacker_productivity
        defense_effort = jnp.where(passive, 0.0, plugging) / self.defender_productivity
        everywhere = jnp.ones(self.shape, bool)
        return ClosedForm(two_point(attack_effort, 1.0, defense_effort, often), solved=everywhere, several=~everywhere)
