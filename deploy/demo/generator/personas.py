"""The personas of the portal simulator, as the old systems knew them.

`xinren` and `faren` are in no old system.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Account:
    persona: str
    key: int
    number: str
    name: str
    password: str


CESHI, SHIWUWEI, JIANDIAN = "110101199003071233", "110101690512001", "650102198807152263"
GAIMING, DIJIBIE = "370102197508203313", "370602198204045514"
OLD_DOT_NAME = "阿依古丽\u2022买买提"

ACCOUNTS = {
    "reissue": [
        Account("ceshi", 1, CESHI, "测试", "ceshi123456"),
        Account("shiwuwei", 2, SHIWUWEI, "石五维", "shiwuwei123456"),
        Account("jiandian", 3, JIANDIAN, OLD_DOT_NAME, "jiandian123456"),
        Account("gaiming", 4, GAIMING, "李旧名", "abc123456"),
    ],
    "mailing": [
        Account("ceshi", 1, CESHI, "测试", "ceshi654321"),
        Account("dijibie", 2, DIJIBIE, "狄吉别", "dijibie123456"),
    ],
}

# 编号,考试,年度,级别,专业,姓名,证件号码,证书管理号,批准日期,报名市,状态
CERTIFICATES = [
    # Without an approval date: the manual's page asks the citizen for it.
    ["1", "造价", "2017", "造价工程师", "土建", "测试", CESHI, "16039686", "", "济南市", "已领取"],
    ["2", "造价", "2018", "造价工程师", "安装", "测试", CESHI, "18021577", "20181028", "济南市", "未领取"],
    ["3", "经济专业技术资格", "2006", "中级", "工商管理", "石五维", SHIWUWEI, "06110023", "20061105", "青岛市", "已领取"],
    ["4", "执业药师", "2013", "执业药师", "中药学", OLD_DOT_NAME, JIANDIAN, "13370456", "2013-10-20", "烟台市", "已领取"],
    ["5", "监理工程师", "2010", "监理工程师", "工程监理", "李旧名", GAIMING, "10015532", "20100516", "济南市", "已领取"],
]

# 编号,账号编号,考试,年度,级别,专业,姓名,证件号码,证书管理号,批准日期,报名市,联系方式,状态,审核结果反馈,提交时间
APPLICATIONS = [
    ["5001", "1", "计算机应用能力考试", "2012", "中级", "Word 2003中文字处理", "测试", CESHI, "123456789", "20121118", "济南市",
     "1234567890", "等待审核", "", "2020-11-23 09:30:00"],
]
