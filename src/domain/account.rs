//! Accounts that people register and open here (局部版手册).

pub mod detail;
pub mod registration;
