//! Hexadecimal of AES-128-ECB with PKCS#7 padding, in which answers are packed.
//!
//! ECB has no integrity: an attacker on the network could remove and insert blocks. Only https protects the answer; this is merely its
//! format.

use aes::Aes128;
use ecb::Decryptor;
use ecb::cipher::block_padding::Pkcs7;
use ecb::cipher::{BlockModeDecrypt, KeyInit};

/// The decrypted data; `None` for every error alike, so that none can be distinguished (padding oracles live on the difference).
pub(super) fn open(hexadecimal: &str, key: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = hex::decode(hexadecimal.trim()).ok()?;
    let length = Decryptor::<Aes128>::new_from_slice(key).ok()?.decrypt_padded::<Pkcs7>(&mut bytes).ok()?.len();
    bytes.truncate(length);
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// NIST SP 800-38A, F.1.1 and F.1.2 (ECB-AES128).
    const NIST_KEY: &str = "2b7e151628aed2a6abf7158809cf4f3c";
    const NIST_PLAIN: &str = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51\
                              30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";
    const NIST_CIPHER: &str = "3ad77bb40d7a3660a89ecaf32466ef97f5d3d58503b9699de785895a96fdbaaf\
                               43b1cd7f598ece23881b00e3ed0306887b0c785e27e8ad3f8223207104725dd4";
    /// A block of padding under that key, by `openssl enc -aes-128-ecb` of nothing.
    const PADDING: &str = "a254be88e037ddd9d79fb6411c3f9df8";

    fn key() -> Vec<u8> {
        hex::decode(NIST_KEY).unwrap()
    }

    #[test]
    fn the_published_blocks_are_opened() {
        let opened = open(&format!("{NIST_CIPHER}{PADDING}"), &key()).unwrap();
        assert_eq!(hex::encode(opened), NIST_PLAIN);
        let shouted = format!(" {}\n", format!("{NIST_CIPHER}{PADDING}").to_uppercase());
        assert_eq!(hex::encode(open(&shouted, &key()).unwrap()), NIST_PLAIN);
        assert_eq!(open(PADDING, &key()), Some(Vec::new()));
    }

    #[test]
    fn what_is_cut_off_broken_or_under_another_key_is_refused() {
        let good = format!("{NIST_CIPHER}{PADDING}");
        for bad in [NIST_CIPHER, "", "zz", &good[1..], &good[2..], &good[..good.len() - 2], "测试", "0x00"] {
            assert_eq!(open(bad, &key()), None, "{bad}");
        }
        assert_eq!(open(&good, b"0123456789abcdef"), None);
        for length in [0, 15, 17, 24, 32] {
            assert_eq!(open(&good, &vec![7; length]), None, "a key of {length} bytes");
        }
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(text in ".{0,80}", bytes in prop::collection::vec(any::<u8>(), 0..80), key in prop::collection::vec(any::<u8>(), 0..20)) {
            let _ = open(&text, &key);
            let _ = open(&hex::encode(bytes), &key);
        }
    }
}
