//! What a default or release build is made of.

#[test]
fn the_simulator_is_in_no_default_build() {
    let manifest = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    let features = manifest["features"].as_table().unwrap();
    assert!(features["default"].as_array().unwrap().is_empty());
    let pulled_in = features["simulator"].as_array().unwrap();
    for dependency in ["axum", "http-body", "ring", "rsa"] {
        assert!(pulled_in.contains(&toml::Value::from(format!("dep:{dependency}"))), "{dependency}");
        assert_eq!(manifest["dependencies"][dependency]["optional"].as_bool(), Some(true), "{dependency}");
    }
}
