//! Why a value cannot be a hash of its scheme.

use super::spec::Scheme;

/// Cost 14 takes about a second; old systems used 10 to 12.
pub const MAX_BCRYPT_COST: u32 = 14;

/// Why a value cannot be a hash of the scheme, for the administrators' findings. Reveals nothing of the value but its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("密码列是空的")]
    Empty,
    #[error("盐列是空的")]
    NoSalt,
    #[error("{found} 个字符，而 {scheme} 是 {expected} 个", scheme = scheme.as_str())]
    Length { scheme: Scheme, expected: usize, found: usize },
    #[error("有不是十六进制数字的字符")]
    NotHex,
    #[error("不是 base64")]
    NotBase64,
    #[error("{found} 个字节，而该算法是 {expected} 个")]
    Bytes { expected: usize, found: usize },
    #[error("盐不是该算法的形式")]
    Salt,
    #[error("不是 ASP.NET Identity 第 2、3 版的散列")]
    NotIdentity,
    #[error("迭代 {0} 次，每次核对会占用一个核心数秒")]
    IdentityWork(u32),
    #[error("不是 $2a$、$2b$、$2y$ 开头的 bcrypt 散列")]
    NotBcrypt,
    #[error("bcrypt 的轮数 {0} 超过 {MAX_BCRYPT_COST}，每次核对会占用一个核心数秒")]
    BcryptCost(u32),
}
