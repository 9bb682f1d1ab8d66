//! `faxcom.dll`: the objects of [`faxcom`](../faxcom) as COM classes, so that programs written for
//! the Fax Service Client API of Windows work against a Ferrofax server as they are.
//!
//! It has no logic of its own. `idl/faxcom.idl` fixes every number that clients know and becomes
//! the type library inside the DLL; each class is one file with one table of its members in the
//! order of the vtable; calls by name go through the type library to the same members. Every entry
//! catches panics, and every failure leaves an HRESULT and a sentence.
//!
//! On other systems than Windows the crate is empty; what of it is plain logic is tested there.

#[cfg(any(windows, test))]
mod identity;
#[cfg(test)]
mod manifest;
#[cfg(any(windows, test))]
mod registration;

#[cfg(windows)]
mod abi;
#[cfg(windows)]
mod class;
#[cfg(windows)]
mod collection;
#[cfg(windows)]
mod dispatch;
#[cfg(windows)]
mod doc;
#[cfg(windows)]
mod entry;
#[cfg(windows)]
mod factory;
#[cfg(windows)]
mod fault;
#[cfg(windows)]
mod job;
#[cfg(windows)]
mod jobs;
#[cfg(windows)]
mod live;
#[cfg(windows)]
mod module;
#[cfg(windows)]
mod object;
#[cfg(windows)]
mod port;
#[cfg(windows)]
mod ports;
#[cfg(windows)]
mod routing_method;
#[cfg(windows)]
mod routing_methods;
#[cfg(windows)]
mod server;
#[cfg(windows)]
mod status;
#[cfg(windows)]
mod tiff;
#[cfg(windows)]
mod value;
