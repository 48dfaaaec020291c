//! What a task rests on, in words.

use serde_json::json;

use crate::app::linking::inspect::Ground;
use crate::cli::words::{comparison, name_match};
use crate::domain::document::DocumentType;

/// What citizens typed stands in quotation marks, as JSON writes it.
pub(super) fn ground_words(ground: &Ground) -> String {
    match ground {
        Ground::Portal { number, name, document_type } => {
            format!("门户提供 {number}  {name}  证件类型 {}", document_type.map_or("未提供", DocumentType::as_str))
        }
        Ground::Comparison { account, account_side, person_side, transformations } => format!(
            "原账户 {account} 登记 {}  {}，与本人的 {}  {} 比对：{}",
            account_side.number,
            account_side.name,
            person_side.number,
            person_side.name,
            comparison(transformations)
        ),
        Ground::Password { number, name } => {
            format!("旧密码正确，所填号码 {}，姓名比对 {}", json!(number), name_match(*name))
        }
        Ground::Words { old_number, old_name, exam, year, note } => format!(
            "本人填写 旧证件号码 {} 旧姓名 {} 考试 {} 年度 {} 说明 {}",
            json!(old_number),
            json!(old_name),
            json!(exam),
            json!(year),
            json!(note)
        ),
        Ground::Earlier { task } => format!("补充未通过的第 {task} 号申请，其内容见 buzheng task show {task}"),
        Ground::Changed { application, batch } => {
            format!(
                "本人已在本系统修改过的原申请 {application}，其旧系统中的内容或照片被导入批次 {batch} 更新；两份都保留"
            )
        }
    }
}
