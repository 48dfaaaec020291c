//! What a column means, by the words of a manifest.

macro_rules! targets {
    ($($name:ident $words:expr),* $(,)?) => {
        /// The meaning of a column; the left side of `columns` in a manifest.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Target { $($name),* }

        impl Target {
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The words for it in a manifest, the first being the canonical one.
            pub const fn words(self) -> &'static [&'static str] {
                match self { $(Self::$name => &$words),* }
            }
        }
    };
}

targets! {
    Key ["key"],
    Code ["code"],
    Account ["account", "account_key"],
    Exam ["exam"],
    Year ["year"],
    Level ["level"],
    Specialty ["specialty"],
    Name ["name"],
    Number ["id_number", "document_number"],
    Email ["email"],
    Password ["password"],
    Salt ["salt"],
    RegisteredAt ["registered_at"],
    CertificateNumber ["certificate_number"],
    ApprovalDate ["approval_date"],
    City ["city"],
    Contact ["contact"],
    Status ["status"],
    Feedback ["feedback"],
    SubmittedAt ["submitted_at"],
}

impl Target {
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|target| target.words().contains(&word))
    }

    pub const fn as_str(self) -> &'static str {
        self.words()[0]
    }

    /// Passwords and salts are never kept in a raw row.
    pub const fn is_secret(self) -> bool {
        matches!(self, Self::Password | Self::Salt)
    }
}
