//! What the three collections have in common, and the enumerator that makes `For Each` work on
//! them. The type library has no enumerator, as that of Windows has none; scripts get one all the
//! same, by name or by its number.

use std::ffi::c_void;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use windows::Win32::Foundation::{E_POINTER, S_FALSE, S_OK};
use windows::Win32::System::Com::IDispatch;
use windows::Win32::System::Variant::VARIANT;
use windows_core::{HRESULT, IUnknown, Interface, implement};

use crate::abi::{EnumVariant, EnumVariant_Impl};
use crate::fault::{Fault, guard_quietly};
use crate::live::Live;
use crate::object::{Held, State};

/// A picture of a number of things, counted from 1.
pub(crate) trait Items: Send + Sync + 'static {
    fn count(&self) -> u32;

    /// A new object for the thing at `index`.
    fn object(&self, index: u32) -> Result<IDispatch, Fault>;
}

impl<C: Items> State for Arc<C> {
    fn enumerator(&self) -> Option<IUnknown> {
        Some(Enumerator::object(self.clone(), 0))
    }
}

/// `Item` of a collection. faxcom IFaxJobs::Item.
pub(crate) fn item<C: Items>(items: &C, index: i32) -> Result<IDispatch, Fault> {
    let count = items.count();
    match u32::try_from(index) {
        Ok(index) if (1..=count).contains(&index) => items.object(index),
        _ => Err(Fault::invalid(format!(
            "there is no item {index}: the collection has {count}, counted from 1"
        ))),
    }
}

/// An IEnumVARIANT over a collection.
#[implement(EnumVariant, Agile = false)]
struct Enumerator {
    items: Held<Arc<dyn Items>>,
    /// Items that have been given or skipped.
    passed: AtomicU32,
    _live: Live,
}

impl Enumerator {
    fn object(items: Arc<dyn Items>, passed: u32) -> IUnknown {
        let enumerator: EnumVariant =
            Self { items: Held::new(items), passed: AtomicU32::new(passed), _live: Live::new() }
                .into();
        enumerator.into()
    }

    fn passed(&self) -> u32 {
        self.passed.load(Ordering::Relaxed)
    }

    fn left(&self) -> u32 {
        self.items.count().saturating_sub(self.passed())
    }
}

impl EnumVariant_Impl for Enumerator_Impl {
    unsafe fn Next(&self, wanted: u32, items: *mut VARIANT, fetched: *mut u32) -> HRESULT {
        guard_quietly(|| {
            if items.is_null() && wanted > 0 || fetched.is_null() && wanted > 1 {
                return Ok(E_POINTER);
            }
            let count = wanted.min(self.left());
            let first = self.passed() + 1;
            // All or nothing: an item that cannot be had does not lose those before it.
            let objects: Result<Vec<_>, _> =
                (first..first + count).map(|index| self.items.object(index)).collect();
            for (row, object) in objects?.into_iter().enumerate() {
                // SAFETY: the caller has room for `wanted` items, and this is one of the first
                // `count` of them.
                unsafe { items.add(row).write_unaligned(VARIANT::from(object)) };
            }
            self.passed.store(self.passed() + count, Ordering::Relaxed);
            if !fetched.is_null() {
                // SAFETY: it is not NULL, and then the caller lets it be written to.
                unsafe { fetched.write_unaligned(count) };
            }
            Ok(if count == wanted { S_OK } else { S_FALSE })
        })
    }

    unsafe fn Skip(&self, count: u32) -> HRESULT {
        let enough = count <= self.left();
        self.passed.store(self.passed() + count.min(self.left()), Ordering::Relaxed);
        if enough { S_OK } else { S_FALSE }
    }

    unsafe fn Reset(&self) -> HRESULT {
        self.passed.store(0, Ordering::Relaxed);
        S_OK
    }

    unsafe fn Clone(&self, out: *mut *mut c_void) -> HRESULT {
        guard_quietly(|| {
            if out.is_null() {
                return Ok(E_POINTER);
            }
            let twin = Enumerator::object(Arc::clone(&self.items), self.passed());
            // SAFETY: it is not NULL, and then the caller lets it be written to. An enumerator has
            // one interface, so that its IUnknown is its IEnumVARIANT.
            unsafe { out.write_unaligned(twin.into_raw()) };
            Ok(S_OK)
        })
    }
}
