"""Watching holes: what the defender finds it can only watch, and it cannot watch everything."""

from typing import ClassVar

import jax
import jax.numpy as jnp
from jaxtyping import Array, ArrayLike

from tiltmeter.contests._base import NON_NEGATIVE, POSITIVE, AbstractContest, Card, ClosedForm, Shape, param, two_point
from tiltmeter.contests._chances import COUNT, at_least_one, log_missed, thinning_shape
from tiltmeter.contests._implicit import implicit


class WatchHoles(AbstractContest):
    r"""Both sides search N holes at random; the defender can only watch what it finds, and its attention is limited.

    Success      $P = 1 - (1 - \varphi_A (1 - \varphi_D \omega))^N$ with the shares $\varphi_A = 1 - e^{-k_A a}$ and
                 $\varphi_D = 1 - e^{-k_D d}$ of holes that are found, and $\omega = 1 - e^{-W / (N \varphi_D)}$, the
                 chance that one of W units of attention falls on a given known hole; 0 for an attacker who does not
                 search, also at (0, 0)
    Equilibrium  unique, by halving. A known hole is watched less the more of them are known, yet the watched share
                 $\varphi_D \omega$ of all holes rises with search, up to $1 - e^{-W/N}$. The attacker plays one effort,
                 because success is concave in it (Bohnenblust, Karlin & Shapley 1950); the defender searches as long as
                 that pays, or not at all, or mixes the two. With unlimited attention it is
                 [`PlugHoles`][tiltmeter.PlugHoles].
    Technology   AI that searches raises both productivities. In the end both sides know all holes, and success tends to
                 $1 - (1 - e^{-W/N})^N$ instead of 0. AI that monitors raises the attention.
    Limits       our formalization of the second stylized game of Cunningham (2025), which states it in words. All holes
                 are equally hard to find, known ones are watched at random, and a watched one is safe.

    Use it when known weak spots can be monitored but not removed; if they can be closed use
    [`PlugHoles`][tiltmeter.PlugHoles]. It leaves out that a defender may first watch the holes that matter most, and
    that attention has a price.

    Example:
        When both sides search better, watching holes helps the attacker, where plugging them helps the defender.

        >>> import tiltmeter as tm
        >>> for k in (1.0, 10.0, 100.0):
        ...     both = {"attacker_productivity": k, "defender_productivity": k, "defender_stake": 10.0}
        ...     watched, plugged = tm.solve(tm.WatchHoles(attention=30.0, **both)), tm.solve(tm.PlugHoles(**both))
        ...     print(f"{watched.attack_success:.3f} {plugged.attack_success:.3f}")
        0.167 0.105
        0.318 0.010
        0.391 0.001
    """

    attacker_productivity: Array = param(
        "k_A", "1/effort", POSITIVE, (0.3, 30.0), "Search done by a unit of attack effort.", 3.0
    )
    defender_productivity: Array = param(
        "k_D", "1/effort", POSITIVE, (0.3, 30.0), "Search done by a unit of defense effort.", 3.0
    )
    hole_count: Array = param("N", "holes", COUNT, (1.0, 1000.0), "How many holes there are.", 10.0)
    attention: Array = param("W", "holes", NON_NEGATIVE, (1.0, 100.0), "Attention to watch known holes with.", 10.0)

    card: ClassVar[Card] = Card(title="Watching holes", cites=("Cunningham2025", "BohnenblustKarlinShapley1950"))

    def success(self, attacker_effort: Array, defender_effort: Array) -> Array:
        return self._breach(self.attacker_productivity * attacker_effort, self.defender_productivity * defender_effort)

    def attack_shape(self, defender_effort: Array) -> ArrayLike:
        return Shape.CONCAVE

    def defense_shape(self, attacker_effort: Array) -> ArrayLike:
        # With φ = φ_D, v = W/(N φ), watched share s(φ) and s' = 1 − (1 + v) e^{−v}, (log P')' over k_D (1 − φ) s' is
        # (N − 1) φ_A / (1 − φ_A + φ_A s) − v² e^{−v} / (φ s'²) − 1 / ((1 − φ) s'), of which the first term falls with
        # φ and the others rise: s'² φ / (v² e^{−v}) falls with φ, because 2v² + (v − 3)(e^v − 1 − v) > 0.
        # Where the first term is at most 1 without any defense, the sum is negative throughout.
        return thinning_shape(self.hole_count, -jnp.expm1(-self.attacker_productivity * attacker_effort))

    def closed_form(self) -> ClosedForm:
        # In units of search x = k_A a and y = k_D d, which cost α and β as shares of the stakes. Success is concave in
        # x whatever the defender does, so that the attacker plays one effort: as long as one more unit of search gains
        # it more than α against the best reply, it searches on.
        attack_cost = self.attacker_cost / (self.attacker_productivity * self.attacker_stake)
        defense_cost = self.defender_cost / (self.defender_productivity * self.defender_stake)
        # Found without derivatives, which the conditions below give.
        attacked, search, watch = jax.lax.stop_gradient(self)._sought(
            *jax.lax.stop_gradient((attack_cost, defense_cost))
        )
        unwatched = jnp.zeros(self.shape)
        saves = self._saved(search, watch, defense_cost)
        mixes = (jnp.abs(saves) < _EVEN) & (self._gain(search, watch) > self._gain(search, unwatched))
        # As numbers, for only these are hoisted out of what is differentiated.
        mixing, watching_at_all = jnp.where(mixes, 1.0, 0.0), jnp.where(mixes | (saves > 0), 1.0, 0.0)

        def held(x: Array, y: Array) -> tuple[Array, Array]:
            surplus = self._gain(x, y * watching_at_all) - attack_cost
            best = self._excess(x, y, defense_cost)[0]
            fixed = y - jax.lax.stop_gradient(y)
            return jnp.where(mixing > 0, self._saved(x, y, defense_cost), surplus), jnp.where(
                watching_at_all > 0, best, fixed
            )

        search, watch = implicit(held, search, watch)
        # A defender who is indifferent to giving up watches so often that more search is worth just its cost.
        if_watched, if_not = self._gain(search, watch), self._gain(search, unwatched)
        spread = jnp.where(mixes, if_watched - if_not, 1.0)
        often = jnp.where(mixes, jnp.clip((attack_cost - if_not) / spread, 0.0, 1.0), jnp.where(saves > 0, 1.0, 0.0))
        attack_effort = jnp.where(attacked, search, 0.0) / self.attacker_productivity
        defense_effort = jnp.where(attacked, watch, 0.0) / self.defender_productivity
        everywhere = jnp.ones(self.shape, bool)
        return ClosedForm(two_point(attack_effort, 1.0, defense_effort, often), solved=everywhere, several=~everywhere)

    def _sought(self, attack_cost: Array, defense_cost: Array) -> tuple[Array, Array, Array]:
        """Whether anybody attacks; the search x, by halving until Newton's method can do the rest; the best y > 0."""
        most_attack = jnp.log(jnp.maximum(self.hole_count / attack_cost, 1.0))
        most_defense = jnp.maximum(jnp.log(jnp.maximum(self.hole_count / defense_cost, 1.0)), _FEWEST)
        least_unwatched = self._unwatched(jnp.asarray(jnp.inf))

        def nearer(x: Array, y: Array) -> Array:
            """A step of Newton's method in log y towards the best y > 0 against x; none where none is."""
            excess, slope = self._excess(x, y, defense_cost)
            falls = slope < 0
            further = jnp.clip(-excess / jnp.where(falls, slope * y, -1.0), -_ENOUGH, _ENOUGH)
            # Concave where it falls, so that nothing goes wrong from above.
            return jnp.where(falls, jnp.clip(y * jnp.exp(further), _FEWEST, most_defense), y)

        def watching(x: Array) -> Array:
            """The best y > 0 against x, from above; where none is, any y does."""
            # Nothing saves more than all that is found, and however many are watched, others are found.
            found = -jnp.expm1(-x)
            others = (self.hole_count - 1) * log_missed(found * least_unwatched)
            most = jnp.clip(jnp.log(found * self.hole_count / defense_cost) + others, _FEWEST, most_defense)

            def going(now: tuple[Array, Array, Array]) -> Array:
                before, y, steps = now
                return (steps < _STEPS) & jnp.any(jnp.abs(y - before) > _SETTLED * y)

            start = most, nearer(x, most), jnp.zeros((), int)
            return jax.lax.while_loop(going, lambda now: (now[1], nearer(x, now[1]), now[2] + 1), start)[1]

        def halve(_: int, ends: tuple[Array, Array]) -> tuple[Array, Array]:
            middle = (ends[0] + ends[1]) / 2
            x = jnp.exp(middle)
            y = watching(x)
            worth_more = self._gain(x, jnp.where(self._saved(x, y, defense_cost) > 0, y, 0.0)) > attack_cost
            return jnp.where(worth_more, middle, ends[0]), jnp.where(worth_more, ends[1], middle)

        attacked = most_attack > 0
        log_most = jnp.log(jnp.where(attacked, most_attack, 1.0))
        # Up to x = β/N nobody watches, and as long as nobody does, a share 1/N of the most is worth searching.
        log_least = jnp.log(jnp.minimum(jnp.exp(log_most), defense_cost) / self.hole_count)
        low, high = jax.lax.fori_loop(0, _HALVINGS, halve, (log_least, log_most))
        watch = watching(jnp.exp(low)), watching(jnp.exp(high))
        return attacked, *self._settled(low, high, watch, attack_cost, defense_cost)

    def _settled(
        self, low: Array, high: Array, watch: tuple[Array, Array], attack_cost: Array, defense_cost: Array
    ) -> tuple[Array, Array]:
        """x between two neighboring logarithms, and the best y against it, by Newton's method.

        Where the defender watches at the one and not at the other, it is indifferent in between.
        """
        saves = [self._saved(jnp.exp(u), y, defense_cost) > 0 for u, y in zip((low, high), watch, strict=True)]
        turns = saves[0] != saves[1]

        def left(u: Array, v: Array) -> tuple[Array, Array]:
            x, y = jnp.exp(u), jnp.exp(v)
            worth = jnp.log(self._gain(x, jnp.where(saves[1], y, 0.0)) / attack_cost)
            unsure = self._saved(x, y, defense_cost) / (defense_cost * y)
            return jnp.where(turns, unsure, worth), jnp.where(
                saves[0] | saves[1], self._excess(x, y, defense_cost)[0], 0.0
            )

        def step(_: int, at: tuple[Array, Array]) -> tuple[Array, Array]:
            u, v = at
            one, none = jnp.ones_like(u), jnp.zeros_like(u)
            (f, g), (f_u, g_u) = jax.jvp(left, (u, v), (one, none))
            _, (f_v, g_v) = jax.jvp(left, (u, v), (none, one))
            # Who watches nowhere has no condition of its own.
            g_v = jnp.where(saves[0] | saves[1], g_v, 1.0)
            area = f_u * g_v - f_v * g_u
            ahead, aside = (f_v * g - f * g_v) / area, (f * g_u - f_u * g) / area
            fine = jnp.isfinite(ahead) & jnp.isfinite(aside)
            return (
                jnp.where(fine, jnp.clip(u + ahead, low, high), u),
                jnp.where(fine, v + jnp.clip(aside, -_CLOSE, _CLOSE), v),
            )

        start = (low + high) / 2, jnp.log(jnp.maximum(*watch))
        u, v = jax.lax.fori_loop(0, _LAST_STEPS, step, start)
        return jnp.exp(u), jnp.exp(v)

    def _saved(self, x: Array, y: Array, cost: Array) -> Array:
        """What y saves less what it costs."""
        return self._breach(x, jnp.zeros(self.shape)) - self._breach(x, y) - cost * y

    def _breach(self, x: Array, y: Array) -> Array:
        return at_least_one(-jnp.expm1(-x) * self._unwatched(y), self.hole_count)

    def _gain(self, x: Array, y: Array) -> Array:
        """What a further unit of x adds to success."""
        unwatched = self._unwatched(y)
        others = (self.hole_count - 1) * log_missed(-jnp.expm1(-x) * unwatched)
        return self.hole_count * unwatched * jnp.exp(others - x)

    def _excess(self, x: Array, y: Array, cost: Array) -> tuple[Array, Array]:
        """The logarithm of what a further unit of y saves per unit of its cost, and its slope, which falls."""
        missed, known = jnp.exp(-y), -jnp.expm1(-y)
        load = self._load(known)
        elsewhere = jnp.exp(-load)
        # The share of newly found holes that is watched, less what the others lose.
        fresh = jnp.maximum(-jnp.expm1(-load) - load * elsewhere, _FEWEST)
        found = -jnp.expm1(-x)
        chance = found * (missed + known * elsewhere)
        saves = found * missed * fresh
        excess = jnp.log(self.hole_count * saves / cost) + (self.hole_count - 1) * log_missed(chance)
        thins = missed * load**2 * elsewhere / jnp.maximum(known * fresh, _FEWEST)
        return excess, (self.hole_count - 1) * saves / jnp.maximum(1 - chance, _FEWEST) - 1 - thins

    def _unwatched(self, y: Array) -> Array:
        """The share of holes that is not watched: those missed, and those found while looking elsewhere."""
        known = -jnp.expm1(-y)
        return jnp.exp(-y) + known * jnp.exp(-self._load(known))

    def _load(self, known: Array) -> Array:
        """Attention for each known hole, up to where it makes no difference."""
        attention = self.attention / self.hole_count
        return attention / jnp.maximum(known, jnp.maximum(attention / _ENOUGH, _FEWEST))


# Halvings, each with Newton's method in at most so many steps until so short a one; what is between is settled in a few
# steps, none of which moves log y by more.
_HALVINGS, _STEPS, _SETTLED = 16, 20, 1e-2
_LAST_STEPS, _CLOSE = 3, 0.1
# e^{−700} is almost the least positive number, and a share of 1e-100 is no hole.
_ENOUGH = 700.0
_FEWEST = 1e-100
# Payoffs as shares of the stake that count as equal.
_EVEN = 1e-11
