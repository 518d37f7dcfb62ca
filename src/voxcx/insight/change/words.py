"""What the page of a change says."""

from __future__ import annotations

from voxcx.domain.texts import Text, text
from voxcx.insight.change.comparing import Verdict

VERDICTS: dict[Verdict, Text] = {
    "better": text("better", "лучше"),
    "worse": text("worse", "хуже"),
    "more": text("more", "больше"),
    "less": text("less", "меньше"),
    "no_change": text("no change worth the name", "заметного изменения нет"),
    "cannot_tell": text("cannot tell", "нельзя сказать"),
    "as_elsewhere": text("moved, but so did the rest", "изменилось, но так же изменилось и в остальном архиве"),
}


FEW = text("cannot tell, only {n} in the smaller group", "нельзя сказать, в меньшей группе только {n}")
MORE_NEEDED = text(
    "cannot tell; to see a change of {worth.abs} it takes {n} in each group",
    "нельзя сказать; чтобы заметить изменение на {worth.abs}, нужно {n} в каждой группе",
)
FEW_OF_WEEK = text("fewer than 5 answers in the week", "за неделю меньше 5 ответов")
NO_SPREAD = text("too few, or the values do not differ", "слишком мало данных, или значения не различаются")
SHARE = text("contacts of this kind ÷ contacts of the group", "обращения этого вида ÷ обращения группы")
CRUDE = text("second mean − first mean; interval: Welch", "второе среднее − первое; ДИ: Уэлч")
MIX_PART = text("difference as it came − difference with the same mix", "разница как есть − разница при том же составе")
KEPT = text(
    "share of contacts of kinds that both groups have", "доля обращений тех видов, которые есть в обеих группах"
)
DETECTABLE = text(
    "the smallest true difference that would be seen in 80 % of such comparisons: (z of the level + 0.84) × standard "
    "deviation within kinds × √(1 ÷ rows of one + 1 ÷ rows of the other), rows as far as the common mix uses them",
    "наименьшая истинная разница, которую заметили бы в 80 % таких сравнений: (z уровня + 0,84) × стандартное "
    "отклонение внутри видов × √(1 ÷ обращения одной + 1 ÷ обращения другой), с поправкой на общий состав",
)
ELSEWHERE = text(
    "the same difference, same mix, in handled contacts outside the named part",
    "та же разница при одинаковом составе в обслуженных обращениях вне названной части",
)
BEYOND = text(
    "difference in differences: here − in the rest; right if both would have moved alike without the change",
    "разность разностей: здесь − в остальном архиве; верна, если без изменения обе части шли бы одинаково",
)
BY_WEEK = text(
    "mean answer on the 0–100 index by week from Monday; weeks with fewer than 5 answers are gaps; the mix is not "
    "taken out here",
    "средний ответ на шкале 0–100 по неделям с понедельника; недели, где меньше 5 ответов, пропущены; состав обращений "
    "здесь не выровнен",
)
DEFINITION = text(
    "second − first within each kind of contact ({mix}), averaged over the mix of both groups together (direct "
    "standardisation); {level} interval; told where the Benjamini–Hochberg false-discovery rate of all outcomes is at "
    "most {fdr}. Where an agent's contacts go together so much that the difference is less sure, the "
    "interval is by agent. {outcomes}",
    "вторая группа − первая внутри каждого вида обращений ({mix}), среднее по общему составу обеих групп (прямая "
    "стандартизация); {level} ДИ, по операторам, если так он шире; вывод – если доля ложных находок среди всех "
    "показателей не больше {fdr} (Бенджамини–Хохберг). {outcomes}",
)
MIX_MOVED = text(
    "The mix of contacts moved the mean by more than is left without it: {names}. Do not take the plain difference for "
    "an effect.",
    "Изменение состава обращений сдвинуло среднее сильнее, чем всё остальное: {names}. Разницу «как есть» нельзя "
    "принимать за эффект.",
)
THIN = text(
    "Fewer than 80 % of contacts are of kinds that both groups have, so the rest is not compared: {names}.",
    "Меньше 80 % обращений относятся к видам, которые есть в обеих группах, остальные не сравниваются: {names}.",
)
FOUND = text(
    "{what}{part} {second}: {verdict} by {effect.abs} than {first}, with the same mix of contacts ({level} interval "
    "{effect.interval}; {crude} as it came)",
    "{what}{part} {second}: {verdict} на {effect.abs}, чем {first}, при одинаковом составе обращений ({level} ДИ "
    "{effect.interval}; без поправки на состав {crude})",
)
