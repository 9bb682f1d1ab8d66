//! Documents in, fax pages out.
