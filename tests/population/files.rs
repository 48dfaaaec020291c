//! The population as files: a batch for the real import, and the portal's export for the forecast.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::rows::{Kind, Row};
use super::{Population, PortalUser};

/// Where everything stands.
pub(crate) struct Files {
    pub(crate) manifest: PathBuf,
    pub(crate) portal_users: PathBuf,
}

const SYSTEMS: [&str; 2] = ["reissue", "mailing"];

impl Population {
    /// Writes everything into a folder.
    pub(crate) fn write(&self, folder: &Path) -> Files {
        let mut manifest = String::from("batch = \"population\"\n");
        let exams = (2005..2020).map(|year| format!("ZJ,造价,{year},造价工程师,土建"));
        std::fs::write(
            folder.join("exams.csv"),
            format!("代码,名称,年度,级别,专业\n{}\n", exams.collect::<Vec<_>>().join("\n")),
        )
        .unwrap();
        source(&mut manifest, "reissue", "exams", "exams.csv");
        for system in SYSTEMS {
            for (kind, header) in HEADERS {
                let file = format!("{system}-{kind}.csv");
                self.table(&folder.join(&file), system, kind, header);
                source(&mut manifest, system, kind, &file);
            }
        }
        let files = Files { manifest: folder.join("manifest.toml"), portal_users: folder.join("portal_users.csv") };
        std::fs::write(&files.manifest, manifest).unwrap();
        let mut writer = csv::Writer::from_path(&files.portal_users).unwrap();
        writer.write_record(["subject", "name", "document_type", "document_number", "level", "user_type"]).unwrap();
        for PortalUser { subject, name, document_type, document_number, level, user_type, .. } in
            self.people.iter().filter_map(|person| person.portal.as_ref())
        {
            writer
                .write_record([subject.as_str(), &name.text, document_type, document_number, level, user_type])
                .unwrap();
        }
        writer.flush().unwrap();
        files
    }

    fn table(&self, path: &Path, system: &str, kind: &str, header: &[&str]) {
        let mut writer = csv::Writer::from_path(path).unwrap();
        writer.write_record(header).unwrap();
        for row in self.rows.iter().filter(|row| row.system == system && row.kind.word() == kind) {
            writer.write_record(cells(row)).unwrap();
        }
        writer.flush().unwrap();
    }
}

const HEADERS: [(&str, &[&str]); 3] = [
    ("accounts", &["编号", "身份证号", "姓名", "邮箱", "注册时间"]),
    (
        "certificates",
        &["编号", "考试", "年度", "级别", "专业", "姓名", "证件号码", "证书管理号", "批准日期", "报名市", "状态"],
    ),
    (
        "applications",
        &[
            "编号",
            "账号编号",
            "考试",
            "年度",
            "级别",
            "专业",
            "姓名",
            "证件号码",
            "证书管理号",
            "批准日期",
            "报名市",
            "联系方式",
            "状态",
            "审核结果反馈",
            "提交时间",
        ],
    ),
];

impl Kind {
    fn word(&self) -> &'static str {
        match self {
            Self::Account => "accounts",
            Self::Certificate => "certificates",
            Self::Application(_) => "applications",
        }
    }
}

fn cells(Row { kind, key, number, name, .. }: &Row) -> Vec<&str> {
    let name = name.text.as_str();
    let exam = ["造价", "2017", "造价工程师", "土建"];
    // The key stands as 证书管理号 too: rows are told apart by it.
    let registered = [name, number, key, "20171021", "济南市"];
    match kind {
        Kind::Account => vec![key, number, name, "", "2011-03-04 08:09:10"],
        Kind::Certificate => [&[key.as_str()][..], &exam, &registered, &["已领取"]].concat(),
        Kind::Application(account) => {
            let account = account.as_deref().unwrap_or_default();
            [&[key.as_str(), account][..], &exam, &registered, &["13800000000", "审核未过", "", "2018-11-23 09:30:00"]]
                .concat()
        }
    }
}

fn source(manifest: &mut String, system: &str, kind: &str, file: &str) {
    let columns = if kind == "accounts" { "columns = { password = \"\", salt = \"\" }\n" } else { "" };
    let head = format!("[[source]]\nsystem = \"{system}\"\nkind = \"{kind}\"\nfile = \"{file}\"");
    writeln!(manifest, "{head}\nencoding = \"utf-8\"\n{columns}").unwrap();
}
