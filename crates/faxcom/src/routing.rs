use std::fmt;
use std::sync::Arc;

use crate::Error;
use crate::api::{RoutingMethod, RoutingMethodChange};
use crate::server::Session;

/// A picture of the ways in which faxes that a line receives are delivered, taken by
/// [`crate::FaxPort::routing_methods`]. faxcom IFaxRoutingMethods.
#[derive(Debug)]
pub struct FaxRoutingMethods {
    session: Arc<Session>,
    methods: Vec<RoutingMethod>,
}

/// One way in which faxes that a line receives are delivered. faxcom IFaxRoutingMethod.
#[derive(Clone)]
pub struct FaxRoutingMethod {
    session: Arc<Session>,
    method: RoutingMethod,
}

impl FaxRoutingMethods {
    pub(crate) fn new(session: Arc<Session>, device_id: u32) -> Result<Self, Error> {
        let methods = session.client()?.routing_methods(device_id)?.methods;
        Ok(Self { session, methods })
    }

    /// Methods in the picture. faxcom IFaxRoutingMethods::Count.
    #[must_use]
    pub fn count(&self) -> u32 {
        u32::try_from(self.methods.len()).unwrap_or(u32::MAX)
    }

    /// A new object for the method at `index`, counted from 1. faxcom IFaxRoutingMethods::Item.
    ///
    /// # Errors
    /// [`Error::IndexOutOfRange`].
    pub fn item(&self, index: u32) -> Result<FaxRoutingMethod, Error> {
        let row = index.checked_sub(1).and_then(|row| self.methods.get(row as usize));
        let method = row.ok_or(Error::IndexOutOfRange { index, count: self.count() })?;
        Ok(FaxRoutingMethod { session: Arc::clone(&self.session), method: method.clone() })
    }
}

impl fmt::Debug for FaxRoutingMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FaxRoutingMethod").field(&self.method).finish()
    }
}

impl FaxRoutingMethod {
    /// The line's id. faxcom IFaxRoutingMethod::DeviceId.
    #[must_use]
    pub fn device_id(&self) -> u32 {
        self.method.device_id
    }

    /// The line's name. faxcom IFaxRoutingMethod::DeviceName.
    #[must_use]
    pub fn device_name(&self) -> &str {
        &self.method.device_name
    }

    /// Names the method: [`crate::api::ROUTE_EMAIL`], [`crate::api::ROUTE_FOLDER`] or
    /// [`crate::api::ROUTE_PRINT`]. faxcom IFaxRoutingMethod::Guid.
    #[must_use]
    pub fn guid(&self) -> &str {
        &self.method.guid
    }

    /// Whether faxes that the line receives are delivered in this way. faxcom
    /// IFaxRoutingMethod::Enable.
    #[must_use]
    pub fn enable(&self) -> bool {
        self.method.enable
    }

    /// Whether faxes that the line receives are delivered in this way. It writes to the server and
    /// takes over what the server then says; when that fails the old values stay. faxcom
    /// IFaxRoutingMethod::Enable.
    ///
    /// # Errors
    /// [`Error::NotConnected`] and those of every request.
    pub fn set_enable(&mut self, enable: bool) -> Result<(), Error> {
        let change = RoutingMethodChange { enable: Some(enable), ..RoutingMethodChange::default() };
        let client = self.session.client()?;
        self.method =
            client.change_routing_method(self.method.device_id, &self.method.guid, &change)?;
        Ok(())
    }

    /// The name of the method in the server. faxcom IFaxRoutingMethod::FunctionName.
    #[must_use]
    pub fn function_name(&self) -> &str {
        &self.method.function_name
    }

    /// The program that delivers. faxcom IFaxRoutingMethod::ImageName.
    #[must_use]
    pub fn image_name(&self) -> &str {
        &self.method.image_name
    }

    /// The method's name for people. faxcom IFaxRoutingMethod::FriendlyName.
    #[must_use]
    pub fn friendly_name(&self) -> &str {
        &self.method.friendly_name
    }

    /// What the method belongs to, for people. faxcom IFaxRoutingMethod::ExtensionName.
    #[must_use]
    pub fn extension_name(&self) -> &str {
        &self.method.extension_name
    }

    /// The number called by the latest fax that the line received, a bar, and where faxes go.
    /// faxcom IFaxRoutingMethod::RoutingData.
    #[must_use]
    pub fn routing_data(&self) -> &str {
        &self.method.routing_data
    }

    /// Everything that the server says of the method.
    #[must_use]
    pub fn details(&self) -> &RoutingMethod {
        &self.method
    }
}
