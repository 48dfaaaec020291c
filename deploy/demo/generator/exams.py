"""The catalogue of exams: names, years, levels and specialties of real professional examinations."""

from .csvfile import Row, Table

HEADER = ["代码", "名称", "年度", "级别", "专业"]

_MODULES = ["中文Windows XP操作系统", "Word 2003中文字处理", "Excel 2003中文电子表格", "PowerPoint 2003中文演示文稿", "Internet应用"]
_ECONOMICS = ["工商管理", "农业经济", "财政税收", "金融", "保险", "运输经济", "人力资源管理", "旅游经济", "建筑与房地产经济"]
_BUILDER = ["建筑工程", "公路工程", "铁路工程", "民航机场工程", "港口与航道工程", "水利水电工程", "矿业工程", "机电工程",
            "市政公用工程", "通信与广电工程"]
_SAFETY = ["煤矿安全", "金属非金属矿山安全", "化工安全", "金属冶炼安全", "建筑施工安全", "道路运输安全", "其他安全"]
_HEALTH = ["护理学", "药学", "临床医学检验技术"]

# code, name, first year, last year, levels, specialties. A change of the rules starts another line.
CATALOGUE = [
    ("ZJ", "造价", 2005, 2018, ["造价工程师"], ["土建", "安装"]),
    ("ZJ", "造价", 2019, 2024, ["一级造价工程师", "二级造价工程师"], ["土木建筑工程", "交通运输工程", "水利工程", "安装工程"]),
    ("JSJ", "计算机应用能力考试", 2005, 2016, ["初级", "中级", "高级"], _MODULES),
    ("JJ", "经济专业技术资格", 2005, 2019, ["初级", "中级"], _ECONOMICS),
    ("JJ", "经济专业技术资格", 2020, 2024, ["初级", "中级", "高级"], [*_ECONOMICS, "知识产权"]),
    ("YJ", "一级建造师", 2007, 2024, ["一级"], _BUILDER),
    ("YS", "执业药师", 2005, 2024, ["执业药师"], ["药学", "中药学"]),
    ("AQ", "注册安全工程师", 2005, 2018, ["注册安全工程师"], ["安全生产"]),
    ("AQ", "注册安全工程师", 2019, 2024, ["中级"], _SAFETY),
    ("SG", "社会工作者", 2008, 2018, ["助理社会工作师", "社会工作师"], ["社会工作"]),
    ("SG", "社会工作者", 2019, 2024, ["助理社会工作师", "社会工作师", "高级社会工作师"], ["社会工作"]),
    ("WS", "卫生专业技术资格", 2008, 2024, ["初级(士)", "初级(师)", "中级"], _HEALTH),
    ("JL", "监理工程师", 2005, 2019, ["监理工程师"], ["工程监理"]),
    ("JL", "监理工程师", 2020, 2024, ["监理工程师"], ["土木建筑工程", "交通运输工程", "水利工程"]),
    ("CH", "注册测绘师", 2011, 2024, ["注册测绘师"], ["测绘"]),
    ("XF", "一级注册消防工程师", 2015, 2024, ["一级"], ["消防安全"]),
]


def table() -> Table:
    """One row per combination, which is its key."""
    rows = [
        Row([code, name, str(year), level, specialty])
        for code, name, first, last, levels, specialties in CATALOGUE
        for year in range(first, last + 1)
        for level in levels
        for specialty in specialties
    ]
    return Table("reissue", "exams", HEADER, rows)
