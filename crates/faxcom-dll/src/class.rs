//! How a class is written down: one table of its members in the order of the vtable.

/// Defines the interface of a class and every entry of its vtable, as `job.rs` shows: the class and
/// what is generated for it, its state, the interface and what is generated for that, its IID, and
/// who it is in `identity`. Then the name that the bodies have for the state, which is mutable, and
/// the members. A body gives what [`crate::value::Answer`] makes the result of.
macro_rules! com_class {
    (
        $class:ident / $class_impl:ident ($state:ty): $interface:ident / $interface_impl:ident
            = $iid:tt, $identity:ident;
        |$this:ident|
        $(fn $name:ident($($arg:ident: $arg_type:ty),*) $(-> $out:ty)? $body:block)+
    ) => {
        use crate::abi::{SupportErrorInfo, SupportErrorInfo_Impl};

        #[windows_core::interface($iid)]
        pub(crate) unsafe trait $interface: crate::abi::Dispatch {
            $(fn $name(&self $(, $arg: $arg_type)* $(, out: *mut $out)?) -> windows_core::HRESULT;)+
        }

        const _: () = assert!(
            <$interface as windows_core::Interface>::IID.to_u128()
                == crate::identity::$identity.iid.0,
            "an interface has the IID of its class"
        );

        impl $class {
            /// A new object of this class.
            pub(crate) fn dispatch(state: $state) -> windows::Win32::System::Com::IDispatch {
                let state = crate::object::Object::new(&crate::identity::$identity, state);
                let object: $interface = Self(state).into();
                // SAFETY: the interface begins with the members of IDispatch, and the one
                // reference is handed on.
                unsafe {
                    windows_core::Interface::from_raw(windows_core::Interface::into_raw(object))
                }
            }
        }

        impl $interface_impl for $class_impl {
            $(
                unsafe fn $name(
                    &self $(, $arg: $arg_type)* $(, out: *mut $out)?
                ) -> windows_core::HRESULT {
                    com_class!(@run self, |$this| $body $(, out: $out)?)
                }
            )+
        }

        impl crate::abi::Dispatch_Impl for $class_impl {
            unsafe fn GetTypeInfoCount(&self, count: *mut u32) -> windows_core::HRESULT {
                // SAFETY: the pointers of a client, here and below, are NULL or as COM wants them.
                unsafe { self.0.count_types(count) }
            }

            unsafe fn GetTypeInfo(
                &self,
                index: u32,
                _lcid: u32,
                types: *mut *mut std::ffi::c_void,
            ) -> windows_core::HRESULT {
                // SAFETY: as above.
                unsafe { self.0.types(index, types) }
            }

            unsafe fn GetIDsOfNames(
                &self,
                riid: *const windows_core::GUID,
                names: *const windows_core::PCWSTR,
                count: u32,
                _lcid: u32,
                ids: *mut i32,
            ) -> windows_core::HRESULT {
                // SAFETY: as above.
                unsafe { self.0.ids(riid, names, count, ids) }
            }

            unsafe fn Invoke(
                &self,
                id: i32,
                riid: *const windows_core::GUID,
                _lcid: u32,
                flags: u16,
                arguments: *mut windows::Win32::System::Com::DISPPARAMS,
                result: *mut windows::Win32::System::Variant::VARIANT,
                exception: *mut windows::Win32::System::Com::EXCEPINFO,
                wrong: *mut u32,
            ) -> windows_core::HRESULT {
                // Held until the call is over, even if a client lets go of the object meanwhile.
                let this: $interface = windows_core::IUnknownImpl::to_interface(self);
                // SAFETY: as above, and `this` is the interface of this object.
                unsafe { self.0.invoke(windows_core::Interface::as_raw(&this), id, riid, flags, arguments, result, exception, wrong) }
            }
        }

        impl SupportErrorInfo_Impl for $class_impl {
            unsafe fn InterfaceSupportsErrorInfo(
                &self,
                riid: *const windows_core::GUID,
            ) -> windows_core::HRESULT {
                // SAFETY: as above.
                unsafe { self.0.tells_errors(riid) }
            }
        }
    };
    (@run $self:ident, |$this:ident| $body:block) => {
        $self.0.act(|$this| crate::value::Answer::<()>::answer($body))
    };
    (@run $self:ident, |$this:ident| $body:block, $out:ident: $type:ty) => {
        // SAFETY: the pointer of a client is NULL or may be written to.
        unsafe { $self.0.answer($out, |$this| crate::value::Answer::<$type>::answer($body)) }
    };
}

pub(crate) use com_class;
