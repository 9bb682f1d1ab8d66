//! What is asked of every member of the table, and what must come: the one plan that the
//! late-bound and the early-bound client both carry out.
//!
//! Every value that is read was made on the server, in a file or by an earlier step, and is none
//! that an object has by default.

use serde_json::{Value as Json, json};

use crate::house::{self, House, within};

/// One call of one member.
pub(crate) struct Step {
    /// The variable that holds the object.
    pub(crate) object: &'static str,
    /// The name of its interface.
    pub(crate) interface: &'static str,
    /// `get_Retries`.
    pub(crate) member: &'static str,
    pub(crate) arguments: Vec<Value>,
    pub(crate) result: Outcome,
}

/// What goes in.
#[derive(Clone)]
pub(crate) enum Value {
    Text(String),
    Number(i64),
    /// The object in this variable.
    Object(&'static str),
}

/// What comes out.
#[derive(Clone)]
pub(crate) enum Outcome {
    /// Nothing but success.
    Done,
    Text(String),
    Number(i64),
    /// A date, within two seconds of this one.
    Around(f64),
    /// A date that is a short time.
    Short,
    /// The octets of a currency.
    Currency(i64),
    /// An object, kept in this variable.
    Kept(&'static str, &'static str),
    /// An error with this number.
    Fails(u32),
}

/// When [`house::tagged_letter`] was received, as a FILETIME: 100 ns since 1601.
const RECEIVED_FILETIME: i64 = 134_171_103_670_000_000;
/// The same for a person in UTC.
const RECEIVED_TEXT: &str = "03/04/26@03:06PM";

/// A server in the middle of everything: its properties changed, a fax received and routed, a
/// call going on between its two lines, and a job that waits.
pub(crate) struct World {
    pub(crate) house: House,
    /// The job that is being sent.
    active: Json,
    /// The job that waits, with every field.
    waiting: Json,
    discount: Discount,
}

/// Hours of the discount rate in which no test runs: start hour and minute, end hour and minute.
#[derive(Clone, Copy)]
struct Discount {
    /// Before the plan.
    made: [i64; 4],
    /// As the plan puts them.
    later: [i64; 4],
}

impl Discount {
    const NIGHT: Self = Self { made: [22, 31, 5, 44], later: [23, 59, 6, 1] };
    const DAY: Self = Self { made: [10, 31, 17, 44], later: [11, 59, 18, 1] };

    /// The other half of the day: the job that waits is one for the discount rate, and the queue goes
    /// on for a moment.
    fn not_now() -> Self {
        match jiff::Zoned::now().hour() {
            8..20 => Self::NIGHT,
            _ => Self::DAY,
        }
    }
}

impl World {
    pub(crate) fn make() -> Self {
        let discount = Discount::not_now();
        let [start_hour, start_minute, end_hour, end_minute] = discount.made;
        // In real time, for StartTime is compared with the clock of the client; the long page goes
        // on until everything was asked.
        let house = House::open(1.0);
        let archive = house.path("archive").display().to_string();
        let inbox = house.path("routed").display().to_string();
        house.patch("/v1/ports/1", &json!({"rings": 4, "csid": "NORTH C", "tsid": "NORTH T"}));
        let south = json!({"rings": 5, "csid": "SOUTH C", "tsid": "SOUTH T", "send": false});
        house.patch("/v1/ports/2", &south);
        house.patch("/v1/ports/2", &json!({"priority": 1}));
        let folder = "/v1/ports/2/routing-methods/{92041a90-9af2-11d0-abf7-00c04fd91a4e}";
        let folder = folder.replace('{', "%7B").replace('}', "%7D");
        house.patch(&folder, &json!({"enable": true, "target": inbox}));
        house.patch("/v1/server", &json!({"use_device_tsid": false}));
        let quick = house.send(&house::letter(1), json!({"number": "555 0111"}));
        house.job_in(quick, "sent");
        within("the routing method knows the fax", || {
            let method = house.get(&folder);
            method["routing_data"].as_str()?.contains("0111").then_some(())
        });
        let long = json!({
            "number": "555 0122", "recipient_name": "Far Away", "sender_name": "Ada Long",
            "display_name": "long letter", "tsid": "LONG T",
        });
        let active = house.send(&house::slow_letter(4), long);
        within("the long fax is at its second page", || {
            let status = house.get("/v1/ports/1/status");
            (status["current_page"] == 2 && status["csid"] != "").then_some(())
        });
        house.patch("/v1/ports/1", &json!({"receive": false}));
        house.patch(
            "/v1/server",
            &json!({
                "retries": 5, "retry_delay": 17, "dirty_days": 31, "branding": false,
                "use_device_tsid": false, "server_coverpage": true, "pause_server_queue": true,
                "archive_outbound_faxes": true, "archive_directory": archive,
                "server_mapi_profile": "Old Outlook", "discount_rate_start_hour": start_hour,
                "discount_rate_start_minute": start_minute, "discount_rate_end_hour": end_hour,
                "discount_rate_end_minute": end_minute,
            }),
        );
        let waiting = json!({
            "number": "+1 (555) 0133", "recipient_name": "Ben", "sender_name": "Ada",
            "sender_company": "Engines", "sender_dept": "Difference", "tsid": "ADA T",
            "billing_code": "B-7", "display_name": "offer", "discount_send": true,
        });
        let waiting = house.send(&house::letter(3), waiting);
        std::fs::write(house.path("tagged.tif"), house::tagged_letter()).expect("written");
        let job = |id: u64| house.get(&format!("/v1/jobs/{id}"));
        let (active, waiting) = (job(active), job(waiting));
        Self { house, active, waiting, discount }
    }

    /// The place of a job in the queue, from 1.
    fn index_of(&self, job: &Json) -> i64 {
        let queue = self.house.get("/v1/jobs?queue=visible&limit=100");
        let jobs = queue["jobs"].as_array().expect("jobs");
        let place = jobs.iter().position(|other| other["id"] == job["id"]);
        i64::try_from(place.expect("in the queue") + 1).expect("a short queue")
    }

    /// Everything that is asked, in order.
    pub(crate) fn plan(&self) -> Vec<Step> {
        let mut plan = Plan { steps: Vec::new() };
        plan.put("server", "IFaxServer", "Connect", &[text("")]);
        // What a line shows of its call follows the settings; they change after this.
        self.statuses(&mut plan);
        self.server(&mut plan);
        self.jobs(&mut plan);
        self.ports(&mut plan);
        self.routing(&mut plan);
        self.documents(&mut plan);
        self.tiff(&mut plan);
        plan.put("server", "IFaxServer", "Disconnect", &[]);
        plan.steps
    }

    fn server(&self, plan: &mut Plan) {
        const I: &str = "IFaxServer";
        let archive = crate::wine::windows_path(&self.house.path("later"));
        let here = self.house.path("archive").display().to_string();
        let Discount { made, later } = self.discount;
        let numbers = [
            ("Retries", 5, 7),
            ("RetryDelay", 17, 0),
            ("DirtyDays", 31, -1),
            ("Branding", 0, 1),
            ("UseDeviceTsid", 0, 1),
            ("ServerCoverpage", 1, 0),
            ("PauseServerQueue", 1, 0),
            ("ArchiveOutboundFaxes", 1, 0),
            ("DiscountRateStartHour", made[0], later[0]),
            ("DiscountRateStartMinute", made[1], later[1]),
            ("DiscountRateEndHour", made[2], later[2]),
            ("DiscountRateEndMinute", made[3], later[3]),
        ];
        for (name, made, later) in numbers {
            plan.get("server", I, name, Outcome::Number(made));
            // What a Visual Basic program puts for True, and what the server makes of it.
            let truth = matches!(name, "Branding" | "UseDeviceTsid") && later == 1;
            plan.put("server", I, put(I, name), &[number(if truth { -1 } else { later })]);
            plan.get("server", I, name, Outcome::Number(later));
        }
        // The queue stays as it is while the rest is asked.
        plan.put("server", I, "put_PauseServerQueue", &[number(1)]);
        for (name, made, later) in [
            ("ArchiveDirectory", here.as_str(), archive.as_str()),
            ("ServerMapiProfile", "Old Outlook", "New Outlook"),
        ] {
            plan.get("server", I, name, Outcome::Text(made.to_owned()));
            plan.put("server", I, put(I, name), &[text(later)]);
            plan.get("server", I, name, Outcome::Text(later.to_owned()));
        }
    }

    fn jobs(&self, plan: &mut Plan) {
        const I: &str = "IFaxJob";
        let count = self.house.get("/v1/jobs?queue=visible&limit=100")["count"].clone();
        plan.call("server", "IFaxServer", "GetJobs", &[], Outcome::Kept("jobs", "IFaxJobs"));
        plan.get("jobs", "IFaxJobs", "Count", Outcome::Number(count.as_i64().expect("a count")));
        for (name, job) in [("active", &self.active), ("job", &self.waiting)] {
            let index = number(self.index_of(job));
            plan.call("jobs", "IFaxJobs", "get_Item", &[index], Outcome::Kept(name, I));
        }
        let job = &self.waiting;
        let fields = [
            ("JobId", "id"),
            ("PageCount", "page_count"),
            ("UserName", "user_name"),
            ("FaxNumber", "fax_number"),
            ("RecipientName", "recipient_name"),
            ("Tsid", "tsid"),
            ("SenderName", "sender_name"),
            ("SenderCompany", "sender_company"),
            ("SenderDept", "sender_dept"),
            ("BillingCode", "billing_code"),
            ("DisplayName", "display_name"),
            ("DiscountSend", "discount_send"),
        ];
        for (name, field) in fields {
            plan.get("job", I, name, outcome(&job[field]));
        }
        plan.get("active", I, "Type", Outcome::Number(1));
        plan.get("active", I, "QueueStatus", outcome(&json!("In Progress")));
        plan.get("active", I, "DeviceStatus", outcome(&json!("Sending")));
        plan.put("job", I, "SetStatus", &[number(2)]);
        plan.put("job", I, "Refresh", &[]);
        plan.get("job", I, "QueueStatus", outcome(&json!("Paused")));
        plan.call("job", I, "SetStatus", &[number(9)], Outcome::Fails(0x8007_0057));
    }

    fn ports(&self, plan: &mut Plan) {
        const I: &str = "IFaxPort";
        for (port, name, made, later) in [
            ("north", "Rings", 4, 9),
            ("north", "Receive", 0, 1),
            ("south", "Send", 0, 1),
            ("north", "Priority", 2, 1),
        ] {
            plan.get(port, I, name, Outcome::Number(made));
            plan.put(port, I, put(I, name), &[number(later)]);
            plan.get(port, I, name, Outcome::Number(later));
        }
        plan.put("south", I, "put_Send", &[number(0)]);
        for (name, made, later) in [("Csid", "NORTH C", "C LATER"), ("Tsid", "NORTH T", "T LATER")]
        {
            plan.get("north", I, name, Outcome::Text(made.to_owned()));
            plan.put("north", I, put(I, name), &[text(later)]);
            plan.get("north", I, name, Outcome::Text(later.to_owned()));
        }
    }

    fn statuses(&self, plan: &mut Plan) {
        const I: &str = "IFaxStatus";
        const PORT: &str = "IFaxPort";
        let sending = self.house.get("/v1/ports/1/status");
        let receiving = self.house.get("/v1/ports/2/status");
        plan.call("server", "IFaxServer", "GetPorts", &[], Outcome::Kept("ports", "IFaxPorts"));
        plan.get("ports", "IFaxPorts", "Count", Outcome::Number(2));
        for (index, name) in [(1, "north"), (2, "south")] {
            let kept = Outcome::Kept(name, PORT);
            plan.call("ports", "IFaxPorts", "get_Item", &[number(index)], kept);
            plan.get(name, PORT, "Name", outcome(&json!(name)));
            plan.get(name, PORT, "DeviceId", Outcome::Number(index));
            plan.get(name, PORT, "CanModify", Outcome::Number(1));
        }
        for (port, name) in [("north", "sending"), ("south", "receiving")] {
            plan.call(port, PORT, "GetStatus", &[], Outcome::Kept(name, I));
            plan.put(name, I, "Refresh", &[]);
        }
        let fields = [
            ("Csid", "csid"),
            ("CurrentPage", "current_page"),
            ("DeviceId", "device_id"),
            ("DeviceName", "device_name"),
            ("DocumentName", "document_name"),
            ("Send", "send"),
            ("Address", "address"),
            ("SenderName", "sender_name"),
            ("DocumentSize", "document_size"),
            ("Description", "description"),
            ("PageCount", "page_count"),
            ("Tsid", "tsid"),
        ];
        for (name, field) in fields {
            plan.get("sending", I, name, outcome(&sending[field]));
        }
        for (name, field) in [("StartTime", "started"), ("SubmittedTime", "submitted")] {
            let time = sending[field].as_str().expect("a time");
            plan.get("sending", I, name, Outcome::Around(date(time)));
        }
        plan.get("sending", I, "ElapsedTime", Outcome::Short);
        let fields = [
            ("CallerId", "caller_id"),
            ("Receive", "receive"),
            ("RoutingString", "routing_string"),
            ("Description", "description"),
        ];
        for (name, field) in fields {
            plan.get("receiving", I, name, outcome(&receiving[field]));
        }
        // Nobody can tell to whom a fax comes before it is read.
        plan.get("receiving", I, "RecipientName", Outcome::Text(String::new()));
    }

    fn routing(&self, plan: &mut Plan) {
        const I: &str = "IFaxRoutingMethod";
        let methods = self.house.get("/v1/ports/2/routing-methods");
        let folder = &methods["methods"][1];
        let kept = Outcome::Kept("methods", "IFaxRoutingMethods");
        plan.call("south", "IFaxPort", "GetRoutingMethods", &[], kept);
        plan.get("methods", "IFaxRoutingMethods", "Count", Outcome::Number(3));
        let kept = Outcome::Kept("method", I);
        plan.call("methods", "IFaxRoutingMethods", "get_Item", &[number(2)], kept);
        let fields = [
            ("DeviceId", "device_id"),
            ("Enable", "enable"),
            ("DeviceName", "device_name"),
            ("Guid", "guid"),
            ("FunctionName", "function_name"),
            ("ImageName", "image_name"),
            ("FriendlyName", "friendly_name"),
            ("ExtensionName", "extension_name"),
            ("RoutingData", "routing_data"),
        ];
        for (name, field) in fields {
            plan.get("method", I, name, outcome(&folder[field]));
        }
        plan.put("method", I, "put_Enable", &[number(0)]);
        plan.get("method", I, "Enable", Outcome::Number(0));
    }

    fn documents(&self, plan: &mut Plan) {
        const I: &str = "IFaxDoc";
        let file = self.house.file("plan.tif", &house::letter(2));
        let kept = Outcome::Kept("doc", I);
        plan.call("server", "IFaxServer", "CreateDocument", &[text("not there yet")], kept);
        plan.get("doc", I, "FileName", outcome(&json!("not there yet")));
        plan.put("doc", I, "put_FileName", &[text(&file)]);
        plan.get("doc", I, "FileName", Outcome::Text(file));
        for (name, _) in DOC_TEXTS {
            let value = match *name {
                "FaxNumber" => "+1 (555) 0144".to_owned(),
                // At most twenty characters: this one stays as it is.
                "CoverpageName" => "standard".into(),
                name => format!("The {}", &name[..name.len().min(16)]),
            };
            plan.put("doc", I, put(I, name), &[text(&value)]);
            plan.get("doc", I, name, Outcome::Text(value));
        }
        // A document gives back what was put, also the True of Visual Basic.
        for (name, value) in [("SendCoverpage", -1), ("ServerCoverpage", 1), ("DiscountSend", -1)] {
            plan.put("doc", I, put(I, name), &[number(value)]);
            plan.get("doc", I, name, Outcome::Number(value));
        }
        plan.put("doc", I, "put_CallHandle", &[number(77)]);
        plan.get("doc", I, "CallHandle", Outcome::Number(77));
        plan.call("doc", I, "Send", &[], Outcome::Fails(0x8007_0032));
        plan.put("doc", I, "put_CallHandle", &[number(0)]);
        let kept = Outcome::Kept("voice", I);
        plan.call("server", "IFaxServer", "CreateDocument", &[text("voice.tif")], kept);
        plan.put("voice", I, "put_FaxNumber", &[text("555")]);
        plan.put("voice", I, "putref_ConnectionObject", &[Value::Object("server")]);
        plan.call("voice", I, "Send", &[], Outcome::Fails(0x8007_0032));
        plan.call("doc", I, "Send", &[], Outcome::Number(self.next_job()));
    }

    /// The id of the next job that is queued.
    fn next_job(&self) -> i64 {
        let jobs = self.house.get("/v1/jobs?limit=100");
        let ids = jobs["jobs"].as_array().expect("jobs").iter();
        ids.map(|job| job["id"].as_i64().expect("an id")).max().expect("a job") + 1
    }

    fn tiff(&self, plan: &mut Plan) {
        const I: &str = "IFaxTiff";
        let path = crate::wine::windows_path(&self.house.path("tagged.tif"));
        plan.put("tiff", I, "put_Image", &[text(&path)]);
        let texts = [
            ("Image", path.as_str()),
            ("ReceiveTime", RECEIVED_TEXT),
            ("RecipientName", "Tiff Recipient"),
            ("SenderName", "Tiff Sender"),
            ("Routing", "Tiff Routing"),
            ("CallerId", "Tiff Caller"),
            ("Csid", "TIFF CSID"),
            ("Tsid", "TIFF TSID"),
            ("RecipientNumber", "555 0155"),
        ];
        for (name, value) in texts {
            plan.get("tiff", I, name, Outcome::Text(value.to_owned()));
        }
        plan.get("tiff", I, "RawReceiveTime", Outcome::Currency(RECEIVED_FILETIME));
        let sender = Outcome::Text("Tiff Sender".to_owned());
        plan.call("tiff", I, "get_TiffTagString", &[number(65003)], sender);
    }

    /// What the plan put and sent stands on the server.
    pub(crate) fn assert_arrived(&self) {
        let properties = self.house.get("/v1/server")["properties"].clone();
        let [start_hour, start_minute, end_hour, end_minute] = self.discount.later;
        let later = crate::wine::windows_path(&self.house.path("later"));
        for (field, value) in [
            ("retries", json!(7)),
            ("retry_delay", json!(0)),
            ("dirty_days", json!(-1)),
            ("branding", json!(true)),
            ("use_device_tsid", json!(true)),
            ("server_coverpage", json!(false)),
            ("pause_server_queue", json!(true)),
            ("archive_outbound_faxes", json!(false)),
            ("archive_directory", json!(later)),
            ("server_mapi_profile", json!("New Outlook")),
            ("discount_rate_start_hour", json!(start_hour)),
            ("discount_rate_start_minute", json!(start_minute)),
            ("discount_rate_end_hour", json!(end_hour)),
            ("discount_rate_end_minute", json!(end_minute)),
        ] {
            assert_eq!(properties[field], value, "{field}");
        }
        let north = self.house.get("/v1/ports/1");
        for (field, value) in [
            ("rings", json!(9)),
            ("receive", json!(true)),
            ("priority", json!(1)),
            ("csid", json!("C LATER")),
            ("tsid", json!("T LATER")),
        ] {
            assert_eq!(north[field], value, "{field}");
        }
        assert_eq!(self.house.get("/v1/ports/2")["priority"], 2);
        let method = &self.house.get("/v1/ports/2/routing-methods")["methods"][1];
        assert_eq!(method["enable"], false);
        let job = self.house.get(&format!("/v1/jobs/{}", self.next_job() - 1));
        for (name, pointer) in DOC_TEXTS {
            let shown = job.pointer(pointer).and_then(Json::as_str).unwrap_or_default();
            let put = &name[..name.len().min(16)];
            let put = match *name {
                "FaxNumber" => "+1 (555) 0144".into(),
                "CoverpageName" => "standard".into(),
                _ => format!("The {put}"),
            };
            assert_eq!(shown, put, "{name} at {pointer} of {job}");
        }
        let flags = ["/cover/send", "/cover/from_server", "/discount_send"];
        assert!(flags.iter().all(|flag| job.pointer(flag) == Some(&json!(true))), "{job}");
        assert_eq!((&job["cover_pages"], &job["page_count"]), (&json!(1), &json!(3)), "{job}");
    }
}

/// The texts of a document, and where the server shows them.
const DOC_TEXTS: &[(&str, &str)] = &[
    ("CoverpageName", "/cover/name"),
    ("RecipientName", "/recipient_name"),
    ("RecipientCompany", "/cover/recipient_company"),
    ("RecipientAddress", "/cover/recipient_address"),
    ("RecipientCity", "/cover/recipient_city"),
    ("RecipientState", "/cover/recipient_state"),
    ("RecipientZip", "/cover/recipient_zip"),
    ("RecipientCountry", "/cover/recipient_country"),
    ("RecipientTitle", "/cover/recipient_title"),
    ("RecipientDepartment", "/cover/recipient_department"),
    ("RecipientOffice", "/cover/recipient_office"),
    ("RecipientHomePhone", "/cover/recipient_home_phone"),
    ("RecipientOfficePhone", "/cover/recipient_office_phone"),
    ("SenderName", "/sender_name"),
    ("SenderCompany", "/sender_company"),
    ("SenderAddress", "/cover/sender_address"),
    ("SenderTitle", "/cover/sender_title"),
    ("SenderDepartment", "/sender_dept"),
    ("SenderOffice", "/cover/sender_office"),
    ("SenderHomePhone", "/cover/sender_home_phone"),
    ("SenderOfficePhone", "/cover/sender_office_phone"),
    ("CoverpageNote", "/cover/note"),
    ("CoverpageSubject", "/cover/subject"),
    ("Tsid", "/tsid"),
    ("BillingCode", "/billing_code"),
    ("EmailAddress", "/cover/email_address"),
    ("DisplayName", "/display_name"),
    ("FaxNumber", "/fax_number"),
    ("SenderFax", "/cover/sender_fax"),
];

struct Plan {
    steps: Vec<Step>,
}

impl Plan {
    fn call(
        &mut self,
        object: &'static str,
        interface: &'static str,
        member: &'static str,
        arguments: &[Value],
        result: Outcome,
    ) {
        let arguments = arguments.to_vec();
        self.steps.push(Step { object, interface, member, arguments, result });
    }

    fn get(&mut self, object: &'static str, interface: &'static str, name: &str, result: Outcome) {
        self.call(object, interface, known(interface, &format!("get_{name}")), &[], result);
    }

    fn put(
        &mut self,
        object: &'static str,
        interface: &'static str,
        member: &'static str,
        arguments: &[Value],
    ) {
        self.call(object, interface, member, arguments, Outcome::Done);
    }
}

fn put(interface: &str, name: &str) -> &'static str {
    known(interface, &format!("put_{name}"))
}

/// The member as the table spells it.
fn known(interface: &str, member: &str) -> &'static str {
    static TABLE: std::sync::LazyLock<crate::table::Table> =
        std::sync::LazyLock::new(crate::table::Table::load);
    &TABLE.interface(interface).member(member).vtable_name
}

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

const fn number(value: i64) -> Value {
    Value::Number(value)
}

/// What the server says, as a client sees it; it must say something.
fn outcome(value: &Json) -> Outcome {
    match value {
        Json::Bool(true) => Outcome::Number(1),
        Json::Number(number) if number.as_i64() != Some(0) => {
            Outcome::Number(number.as_i64().expect("a whole number"))
        }
        Json::String(text) if !text.is_empty() => Outcome::Text(text.clone()),
        other => panic!("{other} is what everything is without a server"),
    }
}

/// A time as Automation counts: days since 30 December 1899.
fn date(rfc3339: &str) -> f64 {
    let time: jiff::Timestamp = rfc3339.parse().expect("a time");
    time.as_microsecond() as f64 / 86_400e6 + 25_569.0
}
