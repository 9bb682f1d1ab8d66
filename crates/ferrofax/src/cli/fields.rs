use anyhow::bail;
use faxcom::FaxDoc;

use super::exit::Usage;

/// Puts a text into a document.
type Put = fn(&mut FaxDoc, String);

/// The texts that only a cover page shows, with what stands in them when somebody wants to see how a
/// cover page looks.
const FIELDS: [(&str, Put, &str); 18] = [
    ("recipient_company", FaxDoc::set_recipient_company, "Analytical Engines Ltd."),
    ("recipient_address", FaxDoc::set_recipient_address, "12 St James's Square"),
    ("recipient_city", FaxDoc::set_recipient_city, "London"),
    ("recipient_state", FaxDoc::set_recipient_state, ""),
    ("recipient_zip", FaxDoc::set_recipient_zip, "SW1Y 4JH"),
    ("recipient_country", FaxDoc::set_recipient_country, "United Kingdom"),
    ("recipient_title", FaxDoc::set_recipient_title, "Countess of Lovelace"),
    ("recipient_department", FaxDoc::set_recipient_department, "Difference"),
    ("recipient_office", FaxDoc::set_recipient_office, "Room 7"),
    ("recipient_home_phone", FaxDoc::set_recipient_home_phone, "+44 20 7946 0001"),
    ("recipient_office_phone", FaxDoc::set_recipient_office_phone, "+44 20 7946 0002"),
    ("sender_fax", FaxDoc::set_sender_fax, "+1 555 0100"),
    ("sender_address", FaxDoc::set_sender_address, "1 Main Street, Springfield"),
    ("sender_title", FaxDoc::set_sender_title, "Professor"),
    ("sender_office", FaxDoc::set_sender_office, "Room 1"),
    ("sender_home_phone", FaxDoc::set_sender_home_phone, "+1 555 0103"),
    ("sender_office_phone", FaxDoc::set_sender_office_phone, "+1 555 0102"),
    ("email_address", FaxDoc::set_email_address, ""),
];

/// Who sends what to whom.
#[derive(Debug, Default, PartialEq, Eq, clap::Args)]
#[command(next_help_heading = "Texts")]
pub(super) struct Fields {
    /// Name of the recipient
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    recipient: String,
    /// Name of the sender
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    sender: String,
    /// Company of the sender
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    company: String,
    /// Department of the sender
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    department: String,
    /// Free text that goes with the job
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    billing_code: String,
    /// Subject on the cover page
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    subject: String,
    /// Note on the cover page; it may have lines
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    note: String,
    /// Any other text of the cover page, as recipient_company=Engines; may be given several times
    #[arg(long = "field", value_name = "NAME=VALUE")]
    fields: Vec<String>,
}

impl Fields {
    /// Puts them into a document.
    pub(super) fn put(self, doc: &mut FaxDoc) -> anyhow::Result<()> {
        doc.set_recipient_name(self.recipient);
        doc.set_sender_name(self.sender);
        doc.set_sender_company(self.company);
        doc.set_sender_department(self.department);
        doc.set_billing_code(self.billing_code);
        doc.set_coverpage_subject(self.subject);
        doc.set_coverpage_note(self.note);
        for field in self.fields {
            let (name, value) = field.split_once('=').unwrap_or((&field, ""));
            let Some((_, put, _)) = FIELDS.iter().find(|(known, _, _)| *known == name) else {
                let known: Vec<_> = FIELDS.iter().map(|(name, _, _)| *name).collect();
                bail!(Usage(format!("--field knows no {name:?}; it knows {}", known.join(", "))));
            };
            put(doc, value.to_owned());
        }
        Ok(())
    }

    /// Puts something into every text of a document.
    pub(super) fn put_samples(doc: &mut FaxDoc) {
        doc.set_recipient_name("Ada Lovelace");
        doc.set_sender_name("Charles Babbage");
        doc.set_sender_company("Ferrofax");
        doc.set_sender_department("Faxes");
        doc.set_billing_code("42-7");
        doc.set_coverpage_subject("How this cover page looks");
        doc.set_coverpage_note(
            "Dear Ada,\n\nthis is a note of some lines, the second of which is so long that it \
             does not fit on one line of the cover page and has to go on below it.\n\n\
             Yours,\nCharles",
        );
        for (_, put, sample) in FIELDS {
            put(doc, sample.to_owned());
        }
    }
}
