//! Staff: who examines, decides, prints, and looks after those who do.

use super::word::words;

words! {
    /// What a member of staff does. One may have several.
    pub enum Role {
        /// Recommends on applications of its cities.
        CityReviewer = "city_reviewer",
        /// Decides.
        ProvinceReviewer = "province_reviewer",
        /// Answers 人工核实.
        TaskReviewer = "task_reviewer",
        Printer = "printer",
        /// Reads, and never writes.
        Auditor = "auditor",
        /// Looks after staff and reasons; decides nothing.
        Administrator = "administrator",
    }
}
