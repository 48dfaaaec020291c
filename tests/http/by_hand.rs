//! A form that is filled in by hand, in order.

/// What `xinren` types for 造价 2020 (no photo due).
pub(crate) const OF_2020: [(&str, &str); 7] = [
    ("year", "2020"),
    ("certificate_number", "无"),
    ("approval_date", "20201122"),
    ("level", "造价工程师"),
    ("specialty", "土建"),
    ("city", "济南市"),
    ("contact", "13912340001"),
];

/// What `xinren` types for 造价 2012 (a photo is due).
pub(crate) const OF_2012: [(&str, &str); 7] = [
    ("year", "2012"),
    ("certificate_number", "0012345"),
    ("approval_date", "20121125"),
    ("level", "造价工程师"),
    ("specialty", "安装"),
    ("city", "莱芜市"),
    ("contact", "13912340001"),
];
