//! 报名市: where a certificate was collected.

/// Shandong's 16 cities, in the order of their administrative codes (3701 to 3717).
pub const CITIES: [&str; 16] = [
    "济南市",
    "青岛市",
    "淄博市",
    "枣庄市",
    "东营市",
    "烟台市",
    "潍坊市",
    "济宁市",
    "泰安市",
    "威海市",
    "日照市",
    "临沂市",
    "德州市",
    "聊城市",
    "滨州市",
    "菏泽市",
];

/// Merged into 济南市 in January 2019 (administrative code 3712).
pub const LAIWU: &str = "莱芜市";

/// The last exam year whose certificates were collected in 莱芜市.
pub const LAIWU_LAST_YEAR: i32 = 2018;
