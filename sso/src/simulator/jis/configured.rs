//! A matching configuration of the gateway for a shape.

use crate::config::{DriverName, JisConfig, PortalConfig, Success};
use crate::simulator::world::World;

use super::shape::Shape;

/// A matching configuration of the gateway.
pub(in crate::simulator) fn configured(world: &World, shape: &Shape, portal: PortalConfig) -> PortalConfig {
    let base = &world.base_url;
    let secret = &world.config.client_secret;
    let own_key = shape.key(secret) != secret.as_bytes();
    let jis = JisConfig {
        issuer: base.clone(),
        login_url: format!("{base}{}", shape.login_path),
        interface_url: format!("{base}{}", shape.interface_path),
        logout_url: format!("{base}{}", shape.logout_path),
        app_mark: world.config.client_id.clone(),
        app_word: secret.clone().into(),
        app_param: shape.app_param.to_owned(),
        login_mark: shape.login_mark.to_owned(),
        login_params: shape
            .login_params
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        back_param: shape.back_param.to_owned(),
        back_encoding: shape.back_encoding,
        ticket_param: shape.ticket_param.to_owned(),
        interface_app_param: shape.interface_app_param.to_owned(),
        time_format: shape.time_format,
        success: Success { pointer: "/retcode".to_owned(), value: Shape::SUCCESS.to_owned() },
        refusals: Shape::refusals(),
        data: shape.packing.format(),
        data_key: if own_key { shape.data_key } else { "" }.into(),
        logout_back_param: shape.back_param.to_owned(),
        ..JisConfig::default()
    };
    PortalConfig { driver: DriverName::Jis, jis, ..portal }
}
