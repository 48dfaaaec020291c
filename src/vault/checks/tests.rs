use super::*;
use crate::vault::KeyFile;
use crate::vault::keys::Key;

fn copy(key: &Key) -> Key {
    Key { id: key.id, key: key.key.clone() }
}

/// The same keys, further sealing keys at the end.
fn with(keys: &KeyFile, more: Vec<Key>) -> KeyFile {
    KeyFile {
        current_sealing: keys.current_sealing,
        sealing: keys.sealing.iter().map(copy).chain(more).collect(),
        look_up: copy(&keys.look_up),
    }
}

fn differences(keys: &KeyFile, recorded: &[CheckValue]) -> Vec<Difference> {
    Vault::new(keys).compare(recorded).err().map(|mismatch| mismatch.0).unwrap_or_default()
}

#[test]
fn the_keys_that_were_recorded_fit_and_others_are_named_by_what_differs() {
    let (ours, others) = (KeyFile::generate(), KeyFile::generate());
    let recorded = Vault::new(&ours).check_values();
    assert!(differences(&ours, &recorded).is_empty());

    let look_up = KeyFile { look_up: copy(&others.look_up), ..with(&ours, Vec::new()) };
    assert!(matches!(&differences(&look_up, &recorded)[..], [Difference::LookUp { .. }]));

    let sealing = KeyFile { look_up: copy(&ours.look_up), ..with(&others, Vec::new()) };
    assert!(matches!(&differences(&sealing, &recorded)[..], [Difference::NoSealing { .. }]));

    assert_eq!(differences(&others, &recorded).len(), 2);
}

#[test]
fn a_key_of_a_known_id_with_other_bytes_differs() {
    let (mut ours, others) = (KeyFile::generate(), KeyFile::generate());
    let recorded = Vault::new(&ours).check_values();
    ours.sealing[0].key = others.sealing[0].key.clone();
    assert!(matches!(&differences(&ours, &recorded)[..], [Difference::Sealing(_)]));
    ours.look_up.key = others.look_up.key.clone();
    let told = KeyMismatch(differences(&ours, &recorded)).to_string();
    assert!(told.contains(&format!("look-up key {:08x} has other bytes", ours.look_up.id)), "{told}");
}

#[test]
fn a_sealing_key_may_be_added_or_taken_away_beside_one_that_is_known() {
    let ours = KeyFile::generate();
    let recorded = Vault::new(&ours).check_values();
    let mut rotated = with(&ours, KeyFile::generate().sealing);
    rotated.current_sealing = rotated.sealing[1].id;
    assert!(differences(&rotated, &recorded).is_empty());

    let recorded = Vault::new(&rotated).check_values();
    assert!(differences(&ours, &recorded).is_empty(), "a server that has not the new key yet");
    rotated.sealing.remove(0);
    assert!(differences(&rotated, &recorded).is_empty(), "the former key was taken away");
}

#[test]
fn check_values_tell_ids_and_nothing_of_the_keys() {
    let keys = KeyFile::generate();
    for check in Vault::new(&keys).check_values() {
        for key in keys.sealing.iter().chain([&keys.look_up]) {
            assert!(!check.value.windows(4).any(|part| key.key.windows(4).any(|of_key| of_key == part)));
        }
    }
}
