//! TIFF-F files.
