"""Why a champion stayed or had to go, in both languages."""

from collections.abc import Mapping
from types import MappingProxyType

from liuke.kernel.words import Words

VERDICTS: Mapping[str, Words] = MappingProxyType(
    {
        "no_champion": Words(
            zh="此前没有在役模型, 新模型上任", en="There was no champion; the new models are the champion"
        ),
        "definition_changed": Words(
            zh="离网的定义已改变, 在役模型预测的不再是同一件事, 新模型上任",
            en="What leaving means was declared anew, so the champion told of something else; it is replaced",
        ),
        "features_changed": Words(
            zh="特征的声明已改变, 在役模型无法读取, 新模型上任",
            en="The features were declared anew, so the champion could not read them; it is replaced",
        ),
        "monotone_changed": Words(
            zh="单调性要求已改变, 在役模型不再符合, 新模型上任",
            en="The directions to keep were declared anew, and the champion does not obey; it is replaced",
        ),
        "pointer_damaged": Words(
            zh="记录在役模型的文件已损坏, 新模型上任",
            en="The file that names the champion was damaged; the new models are the champion",
        ),
        "files_refused": Words(
            zh="在役模型的文件未通过校验, 新模型上任",
            en="The champion's files did not pass their checks; it is replaced",
        ),
        "more_months": Words(
            zh="新模型能预测更多月份, 新模型上任", en="The challenger tells more months ahead; it is promoted"
        ),
        "fewer_months": Words(
            zh="新模型能预测的月份更少, 在役模型留任",
            en="The challenger tells fewer months; the champion stays",
        ),
        "better": Words(
            zh="新模型明显更好, 超出偶然, 新模型上任",
            en="The challenger is better beyond chance; it is promoted",
        ),
        "refreshed": Words(
            zh="在役模型已旧, 新模型不比它差, 更换为用新数据训练的模型",
            en="The champion is old and the challenger, of newer data, is not worse; it is promoted",
        ),
        "not_better": Words(
            zh="新模型没有明显更好, 在役模型留任",
            en="The challenger is not better beyond chance; the champion stays",
        ),
        "worse": Words(
            zh="新模型明显更差, 在役模型留任",
            en="The challenger is worse beyond chance; the champion stays",
        ),
        "worse_elsewhere": Words(
            zh="新模型在所定指标上合格, 但在另一指标或期限上明显更差, 在役模型留任",
            en="The challenger passes on the declared measure but is worse beyond chance on another;"
            " the champion stays",
        ),
        "too_few_to_tell": Words(
            zh="离网客户太少, 无法判断差异, 在役模型留任",
            en="Too few left to tell the two apart; the champion stays",
        ),
        "nothing_to_judge_by": Words(
            zh="还没有结果已全部知晓的评判日, 无从比较, 在役模型留任",
            en="No day's outcome is wholly known to judge both by; the champion stays",
        ),
        "out_of_fold": Words(
            zh="一个时点的数据: 每位客户都由没见过他的模型打分, 模型随数据而生, 没有在役模型",
            en="One snapshot: every customer is scored by models that never saw that customer. The models"
            " belong to their data, so there is no champion to keep or to beat",
        ),
        "fitted_every_time": Words(
            zh="购买规律模型只有少数几个参数, 每次都用已知的全部购买重新拟合, 没有在役模型",
            en="The model of purchases has a few parameters and is fitted on all known purchases each time;"
            " there is no champion to keep or to beat",
        ),
    }
)


def say_verdict(code: str, detail: str = "") -> Words:
    """The words of a verdict's code, with what was said about it in detail."""
    words = VERDICTS[code]
    if not detail:
        return words
    return Words(zh=f"{words.zh} ({detail})", en=f"{words.en} ({detail})")
