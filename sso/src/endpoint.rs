//! Where a portal's endpoints may be.
//!
//! A discovery document is not signed: one that names a foreign token endpoint would have the client secret, the code and the verifier sent
//! there. So every endpoint shares the issuer's origin or is on a host that the operator has listed.

use url::{Host, Url};

/// The issuer and the hosts listed beside it.
#[derive(Debug, Clone)]
pub(crate) struct Territory {
    issuer: Url,
    allowed_hosts: Vec<String>,
}

impl Territory {
    pub(crate) fn new(issuer: Url, allowed_hosts: &[String]) -> Self {
        let allowed_hosts = allowed_hosts.iter().map(|host| host.to_ascii_lowercase()).collect();
        Self { issuer, allowed_hosts }
    }

    /// The endpoint, if it may be used.
    pub(crate) fn admit(&self, endpoint: &str) -> Result<Url, &'static str> {
        let url = Url::parse(endpoint).map_err(|_| "is not a URL")?;
        check_transport(&url)?;
        if url.scheme() == "http" && self.issuer.scheme() == "https" {
            return Err("is not https");
        }
        if url.origin() == self.issuer.origin() || self.is_listed(&url) {
            Ok(url)
        } else {
            Err("is on a host that is neither the issuer's nor listed in allowed_hosts")
        }
    }

    fn is_listed(&self, url: &Url) -> bool {
        let Some(host) = url.host_str() else { return false };
        let with_port = format!("{host}:{}", url.port_or_known_default().unwrap_or_default());
        self.allowed_hosts.iter().any(|allowed| allowed == host || *allowed == with_port)
    }

    /// The issuer's origin and those of the listed hosts.
    pub(crate) fn origins(&self) -> Vec<String> {
        let listed = self.allowed_hosts.iter().map(|host| format!("{}://{host}", self.issuer.scheme()));
        std::iter::once(self.issuer.origin().ascii_serialization()).chain(listed).collect()
    }
}

/// The configured issuer as a URL, or what is wrong with it.
pub(crate) fn parse_issuer(issuer: &str) -> Result<Url, String> {
    if issuer.is_empty() {
        return Err("is missing; write the portal's issuer exactly as its discovery document does".to_owned());
    }
    let url = Url::parse(issuer).map_err(|reason| format!("is not a URL ({reason})"))?;
    check_transport(&url).map_err(|reason| format!("{reason}; http is accepted on loopback hosts only"))?;
    if url.query().is_some() {
        return Err("must have no query".to_owned());
    }
    Ok(url)
}

/// A configured endpoint as a URL, or what is wrong with it. It may have a query.
pub(crate) fn parse_endpoint(endpoint: &str) -> Result<Url, String> {
    if endpoint.is_empty() {
        return Err("is missing; the portal's operator tells it".to_owned());
    }
    let url = Url::parse(endpoint).map_err(|reason| format!("is not a URL ({reason})"))?;
    check_transport(&url).map_err(|reason| format!("{reason}; http is accepted on loopback hosts only"))?;
    Ok(url)
}

/// https, or http on loopback; no credentials, no fragment.
fn check_transport(url: &Url) -> Result<(), &'static str> {
    match url.scheme() {
        "https" if url.has_host() => {}
        "http" if is_loopback(url) => {}
        _ => return Err("is not https"),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("holds credentials");
    }
    if url.fragment().is_some() {
        return Err("holds a fragment");
    }
    Ok(())
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// `host` or `host:port`, nothing else.
pub(crate) fn is_host(text: &str) -> bool {
    Url::parse(&format!("https://{text}")).is_ok_and(|url| {
        let host = url.host_str().unwrap_or_default();
        let plain = text.eq_ignore_ascii_case(host);
        let port = text.rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok());
        let with_port = port.is_some_and(|port| text.eq_ignore_ascii_case(&format!("{host}:{port}")));
        !text.is_empty() && (plain || with_port)
    })
}

#[cfg(test)]
mod tests;
