"""Codes of findings in words, for people: on the screen and in the clerk's own workbook.

JSON and CSV keep the codes.
"""

from __future__ import annotations

from orgraph.model.glossary import say

FINDINGS: dict[str, tuple[str, str]] = {
    "ambiguous-date": ("日期可作两种理解", "ambiguous date"),
    "ambiguous-name": ("名称不唯一", "ambiguous name"),
    "ambiguous-roster": ("像几种花名册", "ambiguous roster"),
    "bad-characters": ("有不能识别的字符", "unreadable characters"),
    "bad-code": ("编号有误", "bad code"),
    "bad-credit-code": ("信用代码有误", "bad credit code"),
    "bad-date": ("日期有误", "bad date"),
    "bad-id-number": ("证件号有误", "bad identity number"),
    "bad-name": ("名称有误", "bad name"),
    "bad-number": ("数字有误", "bad number"),
    "bad-phone": ("电话有误", "bad phone"),
    "bad-value": ("值不在范围内", "bad value"),
    "birth-differs": ("出生日期与证件号不符", "birth differs"),
    "cell-error": ("单元格出错", "error in a cell"),
    "code-outside-parent": ("编号不在上级编号之下", "code outside its parent"),
    "column-dropped": ("列被去掉", "column dropped"),
    "column-narrowed": ("列被收窄", "column narrowed"),
    "cycle": ("上级链条成环", "cycle"),
    "date-order": ("日期先后不对", "dates out of order"),
    "dates-reversed": ("起止日期颠倒", "dates reversed"),
    "decimals-changed": ("小数位数改变", "decimals changed"),
    "dropped-row": ("略去的行", "row left out"),
    "duplicate-id": ("编号重复", "duplicate id"),
    "empty-sheet": ("空表", "empty sheet"),
    "error-value": ("错误值", "error value"),
    "far-cell": ("远处的单元格", "far cell"),
    "file": ("文件", "file"),
    "formula-without-value": ("公式没有结果", "formula without a value"),
    "has-children": ("仍有下级", "has children"),
    "hidden-rows": ("隐藏的行", "hidden rows"),
    "hidden-sheet": ("隐藏的表", "hidden sheet"),
    "known-elsewhere": ("别处有同名的", "known elsewhere"),
    "long-row": ("行过长", "long row"),
    "mapped-column-absent": ("映射的列不在", "mapped column absent"),
    "mapped-unit-unknown": ("映射的单位不存在", "mapped unit unknown"),
    "missing-column": ("缺少列", "missing column"),
    "missing-parent": ("上级不存在", "missing parent"),
    "missing-unit": ("单位不存在", "missing unit"),
    "missing-value": ("缺少值", "missing value"),
    "near-name": ("名称相近", "nearly the same name"),
    "nearly-known-code": ("编号与已有的相近", "code nearly known"),
    "no-day": ("没有日期", "no day"),
    "no-id": ("没有编号", "no id"),
    "no-id-key": ("没有密钥", "no key"),
    "no-parent": ("没有上级", "no parent"),
    "no-person": ("没有这个人", "no such person"),
    "not-a-number": ("不是数字", "not a number"),
    "orphan": ("上级不在", "orphan"),
    "other-day": ("表中是另一天", "another day in the sheet"),
    "other-name": ("姓名与库中不同", "another name"),
    "out-of-range": ("超出范围", "out of range"),
    "overlapping-versions": ("同一时间有两行", "overlapping versions"),
    "renamed": ("可能是改名", "renamed?"),
    "repeated-row": ("重复的行", "repeated row"),
    "residents-listed": ("居民名单", "residents listed"),
    "rough-number": ("约数", "rough number"),
    "row-exists": ("行已存在", "row exists"),
    "row-missing": ("行不存在", "row missing"),
    "rows-disagree": ("各行不一致", "rows disagree"),
    "same-person": ("同一个人", "same person"),
    "scattered-cells": ("零散的单元格", "scattered cells"),
    "sheet-left-out": ("按映射不读的表", "sheet left out"),
    "snapshot-ends-many": ("全量会结束过多", "snapshot ends many"),
    "two-parents": ("两个上级", "two parents"),
    "uncertain-column": ("列不能确定", "uncertain column"),
    "unknown-column": ("不认识的列", "unknown column"),
    "unknown-kind": ("不认识的类别", "unknown kind"),
    "unknown-relation": ("不认识的关系", "unknown relation"),
    "unknown-unit": ("单位不存在", "unknown unit"),
    "unrecognised-column": ("未识别的列", "unrecognised column"),
    "unrecognised-sheet": ("未识别的表", "unrecognised sheet"),
    "vacant-post": ("职务空缺", "vacant post"),
    "value-inexact": ("值不精确", "inexact value"),
    "value-not-allowed": ("不允许的值", "value not allowed"),
    "wrong-kind": ("类别不对", "wrong kind"),
    "wrong-parent-kind": ("上级类别不对", "wrong kind of parent"),
}
"""Codes of findings."""


def finding_word(code: str) -> str:
    """What a code is called in the current language; the code itself where it has no words."""
    zh, en = FINDINGS.get(code, (code, code.replace("-", " ")))
    return say(zh=zh, en=en)
