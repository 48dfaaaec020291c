//! The check of each field, and the message for an empty one.

use super::values::{approval_date, birth_month, city, parse_year, year};
use super::{MAX_CHARS, Rules};
use crate::domain::form::born::Gender;
use crate::domain::form::contact::is_doubtful_contact;
use crate::domain::form::field::{Field, Input};
use crate::domain::form::text::{has_forbidden, tidy};

/// Validates one field: the value to keep, or the message.
pub(super) fn check(field: Field, input: &Input, rules: &Rules) -> Result<String, String> {
    let text = tidy(input.get(field));
    if text.is_empty() {
        return Err(missing(field).to_owned());
    }
    if has_forbidden(text) {
        return Err(format!("{}含有无法识别的字符，请删除后重新填写", field.label()));
    }
    let length = text.chars().count();
    if length > MAX_CHARS {
        return Err(format!("{}不能超过 {MAX_CHARS} 个字，现有 {length} 个字", field.label()));
    }
    match field {
        Field::Year => year(text, rules),
        Field::BirthMonth => birth_month(text, rules.today),
        Field::ApprovalDate => approval_date(text, rules.today),
        Field::Gender => Gender::from_word(text)
            .map(|gender| gender.as_str().to_owned())
            .ok_or_else(|| "性别请选择“男”或“女”".to_owned()),
        Field::Contact if is_doubtful_contact(text) && !rules.contact_confirmed => Err(doubtful(text)),
        Field::City => city(text, parse_year(&input.year)),
        _ => Ok(text.to_owned()),
    }
}

pub(super) const fn missing(field: Field) -> &'static str {
    match field {
        Field::Exam => "请选择考试",
        Field::Year => "请选择考试年度，或直接填写，格式如：2012",
        Field::Name => "请填写姓名",
        Field::DocumentNumber => "请填写证件号码",
        Field::BirthMonth => "请填写出生年月，格式如：199003",
        Field::Gender => "请选择性别",
        Field::CertificateNumber => "请填写证书管理号；没有证书管理号的，填写“无”",
        Field::ApprovalDate => "请填写批准日期，即当年度该项考试最后一天，格式如：20201122",
        Field::Level => "请填写级别，按报考信息填写",
        Field::Specialty => "请填写专业，按报考信息填写",
        Field::City => "请选择报名市，即该证书当年领取市",
        Field::Contact => "请填写联系方式，确保联络畅通",
        Field::Photo => "请上传考生照片",
    }
}

fn doubtful(contact: &str) -> String {
    format!("联系方式“{contact}”像是没有填全。请填写能够联系到您的电话号码；确实无误的，请勾选下面的“联系方式无误”")
}

pub(super) fn photo_missing(through: i32) -> String {
    format!("补办 {through} 年及以前的证书，需上传考生照片：白底、正面、免冠的证件照，手机拍的也可以")
}
