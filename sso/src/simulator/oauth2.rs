//! OAuth 2.0 as provinces speak it: the endpoints for browsers (sign-in, sign-out) and for servers.

mod asked;
mod browser;
mod client;
mod configured;
pub(super) mod memory;
mod server;
pub(super) mod shape;
mod status;

use std::sync::Arc;

use axum::Router;
use axum::routing::{any, get};

use super::config::Protocol;
use super::pages::Fields;
use super::world::World;

pub(super) use browser::send_back;
use browser::{authorize, logout};
pub(super) use configured::configured;
use server::{token, user_info};
pub use shape::{Demands, Names, Paths, Shape, Status, TokenFormat};

pub(super) fn router(shape: &Shape) -> Router<Arc<World>> {
    Router::new()
        .route(shape.paths.authorize, get(authorize))
        .route(shape.paths.token, any(token))
        .route(shape.paths.userinfo, any(user_info))
        .route(shape.paths.logout, get(logout))
}

impl World {
    fn shape(&self) -> Shape {
        match &self.config.protocol {
            Protocol::OAuth2(shape) => Shape::clone(shape),
            Protocol::Oidc | Protocol::Jis(_) => Shape::standard(),
        }
    }

    fn meets(&self, demands: &Demands, parameters: &Fields) -> bool {
        demands.iter().all(|(name, value)| {
            let value = if *value == "{client_id}" { &self.config.client_id } else { *value };
            parameters.get(*name).is_some_and(|found| found == value)
        })
    }
}
