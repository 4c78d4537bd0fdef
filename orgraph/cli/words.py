"""Codes that are orgraph's own, in words: column → code → (Chinese, English).

JSON and CSV keep the codes; only tables for people say the words.
"""

from __future__ import annotations

from orgraph.model.finding_words import FINDINGS

WORDS: dict[str, dict[str, tuple[str, str]]] = {
    "severity": {"error": ("错误", "error"), "warning": ("警告", "warning"), "info": ("提示", "info")},
    "what": {
        "added": ("新增", "added"),
        "ended": ("结束", "ended"),
        "removed": ("移除", "removed"),
        "renamed": ("改名", "renamed"),
        "moved": ("移动", "moved"),
        "changed": ("改动", "changed"),
        "holder": ("换人", "holder"),
    },
    "table": {
        "units": ("单位", "units"),
        "links": ("关系", "links"),
        "people": ("人员", "people"),
        "memberships": ("任职", "posts"),
        "measures": ("数量", "figures"),
        "contacts": ("联系方式", "contacts"),
        "structures": ("架构", "structures"),
    },
    "deed": {
        "apply": ("修改", "apply"),
        "install": ("架构", "install"),
        "undo": ("撤销", "undo"),
        "forget": ("抹去", "forget"),
    },
    "fit": {
        "narrow": ("偏窄", "narrow"),
        "within": ("合适", "within"),
        "wide": ("偏宽", "wide"),
        "undefined": ("未规定", "undefined"),
    },
    "section": {
        "identity": ("基本", "identity"),
        "path": ("所在", "path"),
        "children": ("下级", "below"),
        "holders": ("任职", "holders"),
        "posts": ("应配", "posts"),
        "links": ("关系", "links"),
        "people": ("人员", "people"),
        "measures": ("数量", "figures"),
        "rollup": ("汇总", "sums below"),
        "indicators": ("指标", "rates"),
    },
    "state": {
        "recognised": ("已识别", "recognised"),
        "unrecognised": ("未识别", "unrecognised"),
        "sure": ("确定", "sure"),
        "uncertain": ("请核对", "please check"),
        "unused": ("没有用到", "unused"),
        "passed-over": ("略过", "passed over"),
        "missing": ("缺少", "missing"),
        "absent": ("没有,可缺", "not there, optional"),
    },
    "code": FINDINGS,
    "norm": FINDINGS,
    "kind": {"people": ("人", "people")},
    "item": {
        "units": ("单位", "units"),
        "people": ("人员", "people"),
        "posts_held": ("任职数", "posts held"),
        "units_led": ("所领单位", "units led"),
        "need": ("需要", "needed"),
        "told": ("能收到消息的人", "people told"),
        "missed": ("收不到的人", "people missed"),
        "volunteers": ("预计响应", "volunteers expected"),
        "volunteers_within": ("预计按时到", "volunteers in time"),
        "probability": ("凑齐的可能", "chance of meeting it"),
        "probability_within": ("按时凑齐的可能", "chance in time"),
        "mean": ("平均用时", "mean time"),
        "q05": ("5 % 的次数不超过", "5 % of runs within"),
        "q25": ("25 % 的次数不超过", "25 % of runs within"),
        "q50": ("一半的次数不超过", "half of the runs within"),
        "q75": ("75 % 的次数不超过", "75 % of runs within"),
        "q95": ("95 % 的次数不超过", "95 % of runs within"),
        "units_under": ("所领及其下", "units answered for"),
    },
}
"""Column → code → its words."""
