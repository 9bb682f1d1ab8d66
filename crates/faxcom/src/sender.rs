use serde::{Deserialize, Serialize};

use crate::api::NewJob;

/// Who sends, for what a document does not say itself. It is put in when a fax is sent; the getters
/// of a document never show it. faxcom IFaxDoc::Send.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sender {
    /// Name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Fax number.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub fax: String,
    /// Company.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub company: String,
    /// Street, number and city.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// Title.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Department.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub department: String,
    /// Office.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub office: String,
    /// Telephone at home.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub home_phone: String,
    /// Telephone at the office.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub office_phone: String,
}

impl Sender {
    /// Whether nothing is said at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Takes from `other` what is not said here.
    pub(crate) fn fill_from(&mut self, other: &Self) {
        fill([
            (&mut self.name, &other.name),
            (&mut self.fax, &other.fax),
            (&mut self.company, &other.company),
            (&mut self.address, &other.address),
            (&mut self.title, &other.title),
            (&mut self.department, &other.department),
            (&mut self.office, &other.office),
            (&mut self.home_phone, &other.home_phone),
            (&mut self.office_phone, &other.office_phone),
        ]);
    }

    /// Puts into a job what it does not say of its sender.
    pub(crate) fn complete(&self, job: &mut NewJob) {
        let cover = &mut job.cover;
        fill([
            (&mut job.sender_name, &self.name),
            (&mut cover.sender_fax, &self.fax),
            (&mut job.sender_company, &self.company),
            (&mut cover.sender_address, &self.address),
            (&mut cover.sender_title, &self.title),
            (&mut job.sender_dept, &self.department),
            (&mut cover.sender_office, &self.office),
            (&mut cover.sender_home_phone, &self.home_phone),
            (&mut cover.sender_office_phone, &self.office_phone),
        ]);
    }

    /// What the fax settings of this Windows account say; nothing elsewhere.
    #[cfg(not(windows))]
    pub(crate) fn of_windows_account() -> Self {
        Self::default()
    }

    /// What the fax settings of this Windows account say.
    #[cfg(windows)]
    pub(crate) fn of_windows_account() -> Self {
        Self::of_registry_key(r"Software\Microsoft\Fax\UserInfo")
    }

    /// What a key below `HKEY_CURRENT_USER` says; what is not there or no text is empty.
    #[cfg(windows)]
    fn of_registry_key(path: &str) -> Self {
        let Ok(key) = windows_registry::CURRENT_USER.open(path) else { return Self::default() };
        let text = |name: &str| key.get_string(name).unwrap_or_default();
        Self {
            name: text("FullName"),
            fax: text("FaxNumber"),
            company: text("Company"),
            address: text("Address"),
            title: text("Title"),
            department: text("Department"),
            office: text("Office"),
            home_phone: text("HomePhone"),
            office_phone: text("OfficePhone"),
        }
    }
}

fn fill<const N: usize>(fields: [(&mut String, &String); N]) {
    for (field, default) in fields {
        if field.is_empty() {
            field.clone_from(default);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(prefix: &str) -> Sender {
        let text = |n: u8| format!("{prefix}{n}");
        Sender {
            name: text(1),
            fax: text(2),
            company: text(3),
            address: text(4),
            title: text(5),
            department: text(6),
            office: text(7),
            home_phone: text(8),
            office_phone: text(9),
        }
    }

    #[test]
    fn what_is_said_stays_and_what_is_not_said_is_filled_in() {
        let mut some = Sender { company: "Engines".into(), ..Sender::default() };
        some.fill_from(&numbered("x"));
        assert_eq!(some, Sender { company: "Engines".into(), ..numbered("x") });
    }

    #[test]
    fn each_field_of_the_sender_reaches_its_own_field_of_the_job() {
        let mut job = NewJob { sender_name: "Ada".into(), ..NewJob::default() };
        numbered("x").complete(&mut job);
        let cover = job.cover;
        let got = [
            job.sender_name,
            cover.sender_fax,
            job.sender_company,
            cover.sender_address,
            cover.sender_title,
            job.sender_dept,
            cover.sender_office,
            cover.sender_home_phone,
            cover.sender_office_phone,
        ];
        assert_eq!(got, ["Ada", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9"]);
    }
    #[cfg(windows)]
    #[test]
    fn a_registry_key_says_what_it_has() {
        use windows_registry::CURRENT_USER;

        let path = format!(r"Software\Ferrofax\Test-{}", std::process::id());
        assert_eq!(Sender::of_registry_key(&path), Sender::default());
        let key = CURRENT_USER.create(&path).unwrap();
        key.set_string("FullName", "Zo\u{eb}").unwrap();
        key.set_string("FaxNumber", "+1 555 0100").unwrap();
        key.set_string("OfficePhone", "").unwrap();
        key.set_u32("Company", 7).unwrap();
        let sender = Sender::of_registry_key(&path);
        CURRENT_USER.remove_tree(&path).unwrap();
        let expected =
            Sender { name: "Zo\u{eb}".into(), fax: "+1 555 0100".into(), ..Sender::default() };
        assert_eq!(sender, expected);
    }
}
