//! Where a certificate is, by the word of an old system (column 状态).

use crate::domain::word::words;

words! {
    /// Where an old system says that the certificate is (column 状态).
    pub enum CertificateStatus {
        /// 已领取: the holder has it, so it can be lost.
        Collected = "collected",
        /// 未领取: it waits for its holder in the city of registration.
        NotCollected = "not_collected",
        /// 未发放: not printed or handed to the cities yet.
        NotIssued = "not_issued",
        /// 暂扣: held back by the authority.
        Withheld = "withheld",
        /// A word that is none of these. Never eligible; the import reports it as a finding.
        Unknown = "unknown",
    }
}

impl CertificateStatus {
    /// Reads the word of an old system; white space (full width too) around it does not count.
    pub fn from_legacy_word(word: &str) -> Self {
        match word.trim() {
            "已领取" => Self::Collected,
            "未领取" => Self::NotCollected,
            "未发放" => Self::NotIssued,
            "暂扣" => Self::Withheld,
            _ => Self::Unknown,
        }
    }
}
