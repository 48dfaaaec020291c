//! Whose data is this? From facts to a decision; the heart of the product.
