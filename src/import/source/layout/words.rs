//! The words that headers use for each meaning.

use std::collections::BTreeSet;

use crate::domain::form::text::tidy;
use crate::domain::text::is_blank;
use crate::import::kind::{Kind, Target};

/// Besides the kinds' own headers and the manifest's words. Old databases name their columns by the initials of pinyin.
#[rustfmt::skip]
const COMMON: [(Target, &str); Target::ALL.len()] = [
    (Target::Key, "编号 序号 编码 主键 标识 用户编号 用户名 登录名 账号 帐号 申请编号 记录号 流水号 id userid username loginname account bh xh guid uuid rowid uid pk no number num serialno 考号 考生编号 准考证号"),
    (Target::Code, "代码 编码 考试代码 考试编码 dm ksdm code"),
    (Target::Account, "账号 帐号 账号编号 帐号编号 用户编号 用户名 userid accountid username zh"),
    (Target::Exam, "考试 考试名称 考试项目 考试类别 ks ksmc examname"),
    (Target::Year, "年度 年份 考试年度 nd ksnd examyear"),
    (Target::Level, "级别 等级 考试级别 jb grade"),
    (Target::Specialty, "专业 专业名称 科目 zy zymc major subject"),
    (Target::Name, "姓名 名字 名称 考生姓名 用户姓名 真实姓名 人员姓名 持证人 持证人姓名 申请人 申请人姓名 考试名称 xm mc truename realname fullname cnname xingming"),
    (Target::Number, "证件号 证件号码 身份证 身份证号 身份证号码 居民身份证号 居民身份证号码 公民身份号码 sfz sfzh sfzhm sfzjh zjh zjhm idcard idcardno idno idnumber cardno cardid certno documentno identityno identitynumber idcardnumber"),
    (Target::Email, "邮箱 电子邮箱 电子邮件 邮件地址 yx dzyx mail emailaddress"),
    (Target::Password, "密码 口令 用户密码 登录密码 mm pwd passwd userpwd userpassword"),
    (Target::Salt, "盐 盐值"),
    (Target::RegisteredAt, "注册时间 注册日期 创建时间 创建日期 添加时间 录入时间 zcsj zcrq cjsj createtime createdate createdat created addtime adddate regtime regdate registerdate registrationdate"),
    (Target::CertificateNumber, "证书管理号 管理号 证书编号 证书号 证书号码 zsbh zsh zsglh glh certificateno certificateid certno"),
    (Target::ApprovalDate, "批准日期 批准时间 发证日期 发证时间 取得日期 签发日期 pzrq fzrq issuedate date"),
    (Target::City, "报名市 报名地市 报考地市 地市 城市 市 bms ds"),
    (Target::Contact, "联系方式 联系电话 电话 手机 手机号 手机号码 lxfs lxdh sj sjh phone tel telephone mobile"),
    (Target::Status, "状态 审核状态 证书状态 zt shzt state"),
    (Target::Feedback, "审核结果反馈 审核意见 审核结果 反馈 反馈意见 备注 shyj bz remark remarks comment"),
    (Target::SubmittedAt, "提交时间 提交日期 申请时间 申请日期 tjsj sqsj submittime submitdate applytime applydate"),
];

/// The possible headers of a source, normalised.
#[derive(Debug)]
pub(super) struct Words(BTreeSet<String>);

impl Words {
    /// The file's own headers, and the synonyms of those that are mapped.
    pub(super) fn of(kind: Kind, headers: &[String], meant: impl Iterator<Item = Target>) -> Self {
        let own = headers.iter().map(String::as_str);
        let defaults = kind.columns().iter().map(|(_, header)| *header);
        let common =
            |target: Target| COMMON.iter().filter(move |(of, _)| *of == target).flat_map(|(_, words)| words.split(' '));
        let common = meant.flat_map(|target| target.words().iter().copied().chain(common(target)));
        let words: BTreeSet<String> = own.chain(defaults).chain(common).map(plain).collect();
        Self(words.into_iter().filter(|word| !word.is_empty()).collect())
    }

    pub(super) fn has(&self, field: &str) -> bool {
        self.0.contains(&plain(field))
    }
}

/// Whether it holds a digit, apart from a remark as in `身份证号(18位)`.
pub(super) fn has_digit(field: &str) -> bool {
    without_remark(field).bytes().any(|byte| byte.is_ascii_digit())
}

fn without_remark(field: &str) -> &str {
    field.find(['(', '（', '[', '【']).filter(|at| *at > 0).map_or(field, |at| &field[..at])
}

/// Strips decoration: `*姓名：`, `姓名（必填）`, `ID_Card`, `证件 号码`.
fn plain(field: &str) -> String {
    let word = without_remark(tidy(field));
    let is_ornament =
        |c: char| is_blank(c) || c.is_whitespace() || matches!(c, '_' | '-' | '*' | '＊' | ':' | '：' | '.' | '/');
    word.chars().filter(|c| !is_ornament(*c)).flat_map(char::to_lowercase).collect()
}
