//! The pages of the citizen: 补证申请, 审核状态查询, 申请信息维护, 原账户承接, 承接清单.

pub(super) mod account_handle;
pub(super) mod application_edit;
pub(super) mod application_form;
pub(super) mod application_list;
pub(super) mod application_photo;
pub(super) mod application_show;
pub(super) mod asset_show;
pub(super) mod continuity_report;
pub(super) mod continuity_show;
pub(super) mod form_fields;
pub(super) mod help_show;
pub(super) mod landing_show;
pub(super) mod link_claim;
mod link_forms;
pub(super) mod link_proof;
pub(super) mod link_request;
pub(super) mod link_show;
mod link_view;
pub(super) mod reissue_create;
pub(super) mod reissue_done;
pub(super) mod reissue_new;
pub(super) mod reissue_select;
mod request_form;
