//! A matching configuration of the gateway for a shape.

use std::collections::BTreeMap;

use super::shape::{Demands, Shape};
use crate::config::{ClaimsConfig, DriverName, OAuth2Config, PortalConfig, StateCarrier, Success};
use crate::simulator::world::World;

pub(in crate::simulator) fn configured(world: &World, shape: &Shape, portal: PortalConfig) -> PortalConfig {
    let at = |path: &str| format!("{}{path}", world.base_url);
    let name = str::to_owned;
    let oauth2 = OAuth2Config {
        issuer: world.base_url.clone(),
        authorize_url: at(shape.paths.authorize),
        token_url: at(shape.paths.token),
        userinfo_url: at(shape.paths.userinfo),
        logout_url: at(shape.paths.logout),
        client_id: world.config.client_id.clone(),
        client_secret: world.config.client_secret.clone().into(),
        client_id_param: name(shape.names.client_id),
        client_secret_param: name(shape.names.client_secret),
        redirect_param: name(shape.names.redirect),
        code_param: name(shape.names.code),
        state_param: name(shape.names.state),
        state: if shape.echoes_state { StateCarrier::Echoed } else { StateCarrier::Path },
        response_type: name(shape.response_type),
        pkce: shape.pkce,
        authorize_params: table(&shape.authorize_demands),
        token_method: shape.token_method,
        client_auth: shape.client_auth,
        token_params: table(&shape.token_demands),
        access_token: vec![shape.token_at.map_or_else(|| name("access_token"), |at| format!("/{at}/access_token"))],
        userinfo_method: shape.userinfo_method,
        userinfo_token: shape.userinfo_token,
        userinfo_token_param: name(shape.names.token),
        userinfo_params: table(&shape.userinfo_demands),
        success: shape
            .status
            .as_ref()
            .map(|status| Success { pointer: format!("/{}", status.member), value: name(status.good) }),
        expired_codes: shape.status.iter().map(|status| name(status.expired)).collect(),
        logout_redirect_param: name(shape.names.redirect),
        logout_params: table(&shape.logout_demands),
        charset: shape.charset,
        ..OAuth2Config::default()
    };
    let field = |name: &str| vec![shape.person_at.map_or_else(|| name.to_owned(), |at| format!("/{at}/{name}"))];
    let telling = &shape.telling;
    let claims = ClaimsConfig {
        subject: field(telling.subject),
        name: field(telling.name),
        document_number: field(telling.document_number),
        document_type: field(telling.document_type),
        level: field(telling.level),
        user_type: field(telling.user_type),
    };
    let levels = telling.levels.iter().filter_map(|(ours, theirs)| Some((name(theirs), ours.parse().ok()?)));
    let meanings = telling.document_types.iter().filter_map(|(ours, theirs)| {
        let meaning = portal.document_types.get(*ours)?;
        Some((name(theirs), *meaning))
    });
    let levels: BTreeMap<_, _> = if telling.levels.is_empty() { portal.levels.clone() } else { levels.collect() };
    let document_types: BTreeMap<_, _> =
        if telling.document_types.is_empty() { portal.document_types.clone() } else { meanings.collect() };
    PortalConfig { driver: DriverName::OAuth2, oauth2, claims, levels, document_types, ..portal }
}

fn table(demands: &Demands) -> BTreeMap<String, String> {
    demands.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
}
