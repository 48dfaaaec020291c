//! The words of LINKING.md and CONTRACT.md §6 for outcomes and rules, and the sentence that explains a decision.

mod reason;

use crate::domain::word::words;

words! {
    /// The rules, in the order in which an answer names them.
    pub enum Rule {
        /// Number and name are equal.
        L1 = "L1",
        /// Equal after a 15-digit upgrade.
        L1From15 = "L1-15",
        /// Equal after folding the name.
        L1Fold = "L1-fold",
        /// Equal after a 15-digit upgrade and folding the name.
        L1From15Fold = "L1-15-fold",
        /// Equal after an upgrade whose century is not certain.
        L2 = "L2",
        /// The name has lost characters.
        L3 = "L3",
        L4 = "L4",
        /// Linked to another person, a fit for another person too, barred for this one, or changed since it was linked.
        L5 = "L5",
        /// The imported account whose password was right.
        A1 = "A1",
        /// One that counts as the same account: its system shared its sign-in, number and name agree.
        A2 = "A2",
        /// The registered account whose password was right.
        A4 = "A4",
        /// Its password was right, and it is a portal's person's.
        A8 = "A8",
        /// The portal vouches for another number than before.
        R1 = "R1",
        /// Another subject under the number of a person with another name.
        R2 = "R2",
        Refused = "refused",
        None = "none",
    }
}

words! {
    pub enum Outcome {
        /// At least one account is linked, or is to be.
        Linked = "linked",
        /// Accounts were found that need a proof.
        NeedsProof = "needs_proof",
        NeedsReview = "needs_review",
        NoAccount = "no_account",
        /// The identity is not accepted; nothing is created.
        Refused = "refused",
    }
}

words! {
    pub enum Refusal {
        Corporate = "corporate",
        /// Neither personal nor corporate, as far as the configuration knows.
        UserTypeUnknown = "user_type_unknown",
        /// The real-name level is too low.
        LevelTooLow = "level_too_low",
        /// The real-name level is missing or unmapped.
        LevelUnknown = "level_unknown",
        NumberMissing = "number_missing",
        /// The document number is masked, or cannot be one.
        NumberInvalid = "number_invalid",
        /// The document type is a code that the configuration does not know.
        DocumentTypeUnknown = "document_type_unknown",
        NameMissing = "name_missing",
    }
}

words! {
    /// What an account found for a person and not linked waits for.
    pub enum List {
        Proof = "proof",
        Review = "review",
    }
}

words! {
    /// Who says that a pair of number and name is a person's.
    pub enum Origin {
        Portal = "portal",
        Proof = "proof",
        Review = "review",
        /// An account that its owner opened by its password: counts for the account's own person alone.
        Account = "account",
    }
}

words! {
    /// By which door a person comes, for good.
    pub enum Door {
        /// The portal vouches for who they are.
        Portal = "portal",
        /// A password that they know, and nothing more.
        Account = "account",
    }
}

words! {
    /// What the portal vouches for differently than before.
    pub enum IdentityPart {
        Name = "name",
        Number = "number",
    }
}
