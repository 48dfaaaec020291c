use super::FormField;

/// The fields of step 2 as the registered path shows them, without errors.
pub(in crate::views) fn registered() -> Vec<FormField> {
    let registered = "证书登记信息";
    let born = "由证件号码得出";
    vec![
        FormField::new("exam", "考试", "造价").locked(registered),
        FormField::new("year", "考试年度", "2017").locked(registered),
        FormField::new("name", "姓名", "测试").locked(registered),
        FormField::new("document_number", "证件号码", "110101199003071233").locked("政务服务门户实名信息"),
        FormField::new("birth_month", "出生年月", "199003").locked(born),
        FormField::new("gender", "性别", "男").locked(born),
        FormField::new("certificate_number", "证书管理号", "16039686").locked(registered),
        FormField::new("approval_date", "批准日期", ""),
        FormField::new("level", "级别", "造价工程师").locked(registered),
        FormField::new("specialty", "专业", "土建").locked(registered),
        FormField::new("city", "报名市", "济南市").locked(registered),
        FormField::new("contact", "联系方式", ""),
    ]
}

/// The fields of step 2 to be filled in by hand, with every kind of error.
pub(in crate::views) fn manual() -> Vec<FormField> {
    let portal = "政务服务门户实名信息";
    vec![
        FormField::new("exam", "考试", "计算机应用能力考试").locked("第 1 步所选考试"),
        FormField::new("year", "考试年度", "2012").suggest(["2014", "2013", "2012", "2011"]),
        FormField::new("name", "姓名", "新人").locked(portal),
        FormField::new("document_number", "证件号码", "M12345678").locked(portal),
        FormField::new("birth_month", "出生年月", "").error(Some("请填写出生年月，格式如：199003".into())),
        FormField::new("gender", "性别", "").select(["男", "女"]).error(Some("请选择性别".into())),
        FormField::new("certificate_number", "证书管理号", "无"),
        FormField::new("approval_date", "批准日期", "20121332")
            .error(Some("批准日期“20121332”不是有效的日期，请按 20201122 的格式填写".into())),
        FormField::new("level", "级别", "").suggest(["中级", "高级"]).error(Some("请填写级别".into())),
        FormField::new("specialty", "专业", "Word 2003").suggest(["Windows XP", "Word 2003"]),
        FormField::new("city", "报名市", "莱芜市").select(["济南市", "青岛市"]),
        FormField::new("contact", "联系方式", "123").optional().confirm("联系方式无误", true),
    ]
}
