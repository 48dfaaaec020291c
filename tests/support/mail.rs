//! Mail servers of tests, and mail as others read it.

use std::process::{Command, Stdio};
use std::sync::Arc;

/// A key with a certificate for `name`, and the authority that vouches for it.
pub struct Certified {
    /// DER.
    pub key: Vec<u8>,
    /// Of the name.
    pub certificate: rcgen::Certificate,
    /// In PEM, as `smtp.ca_file` holds it.
    pub authority: String,
}

impl Certified {
    pub fn new(name: &str) -> Self {
        let key = || rcgen::KeyPair::generate().unwrap();
        let mut authority = rcgen::CertificateParams::default();
        authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let authority = rcgen::CertifiedIssuer::self_signed(authority, key()).unwrap();
        let own = key();
        let params = rcgen::CertificateParams::new([name.to_owned()]).unwrap();
        let certificate = params.signed_by(&own, &authority).unwrap();
        Self { key: own.serialize_der(), certificate, authority: authority.pem() }
    }

    /// A server's side of TLS.
    pub fn server(&self) -> Arc<rustls::ServerConfig> {
        sso::install_crypto_provider();
        let key = rustls::pki_types::PrivatePkcs8KeyDer::from(self.key.clone());
        let config = rustls::ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![self.certificate.der().clone()], key.into())
            .unwrap();
        Arc::new(config)
    }
}

/// Headers and parts as Python's own `email` decodes them.
pub fn read_by_python(raw: &str) -> serde_json::Value {
    const PROGRAM: &str = r#"
import email, email.policy, json, sys
mail = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
parts = [[part.get_content_type(), part.get_content().replace("\r\n", "\n")] for part in mail.iter_parts()]
defects = [str(d) for d in mail.defects] + [str(d) for name in mail for d in mail[name].defects]
print(json.dumps({"from": str(mail["from"]), "to": str(mail["to"]), "subject": str(mail["subject"]),
  "message_id": mail["message-id"], "auto_submitted": mail["auto-submitted"], "parts": parts, "defects": defects}))
"#;
    let mut python = Command::new("python3")
        .args(["-c", PROGRAM])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 is installed (deploy/scripts/tools)");
    std::io::Write::write_all(&mut python.stdin.take().unwrap(), raw.as_bytes()).unwrap();
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}
