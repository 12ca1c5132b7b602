using System.Collections.Frozen;
using static VaultKit.Drafting.Phrases;

namespace VaultKit.Drafting;

/// <summary>English.</summary>
static class PhrasesEn
{
    public static Phrases All { get; } = new()
    {
        Language = Drafting.Language.English,
        Requests = List("could you, can you, would you, will you, please, i would like, i' d like, we would like, we' d like, i need, we need, let me know, let us know, "
            + "looking for, i want, we want, i was wondering, i am wondering, i' m wondering, interested in, tell me, send me, send us, kindly, grateful if, appreciate if, "
            + "appreciate it if, we are waiting, i am waiting, i' m waiting, ask you to, like to know, like to order, like to book"),
        Courtesies = List("please contact, please direct, please write to, please address, in urgent cases, any questions, have questions, changed your mind, need help, isn' t that, isn' t it, who would have thought, what more could, please find, find attached, do not hesitate, don' t hesitate, feel free, how are you, hope you, please note, please accept, please excuse, "
            + "please be advised, please contact me, please contact us, please call me if, if you have any questions, please do not reply, please consider the environment, "
            + "no need to, can you believe, please disregard, please apologise, please give my regards, please forgive, i need it, we need it, i need them, we need them, i need this"),
        Hellos = List("dear, hi, hello, hey, good morning, good afternoon, good evening, greetings, to whom"),
        Closers = List("best regards, kind regards, regards, best wishes, best, sincerely, yours sincerely, yours faithfully, yours truly, cheers, thanks, many thanks, "
            + "thank you, thanks in advance, with kind regards, warm regards, all the best, love, see you"),
        Topics =
        [
            (Topic.Callback, List("call me, call us, ring me, phone me, phone call, give me a call, call back, telephone me, a quick call, short call")),
            (Topic.Complaint, List("damaged, broken, defective, faulty, complaint, disappointed, unacceptable, does not work, doesn' t work, stopped working, not working, "
                + "wrong item, wrong size, wrong colour, wrong color, missing, scratched, leaking, cracked, refund, scratches")),
            (Topic.Invoice, List("invoice, invoices, invoiced, bill, receipt, payment, paid, pay, vat, overdue, reminder, credit note, charged, purchase order")),
            (Topic.Price, List("price, prices, pricing, quote, quotation, cost, costs, how much, estimate, offer, discount, rate, rates, fee, fees, charge, budget, price list")),
            (Topic.Document, List("data sheet, datasheet, brochure, catalogue, catalog, certificate, contract, form, copy, pdf, document, documents, drawing, drawings, photo, "
                + "photos, picture, pictures, manual, instructions, samples, sample, specification, specifications, terms and conditions, plan, plans, presentation")),
            (Topic.Hours, List("opening hours, open on, are you open, opening times, what time do you close, what time do you open, when do you open, when do you close, closed on, business hours")),
            (Topic.Place, List("your address, where are you, located, directions, parking, park, how do i get to, how do we get to, find you, where is your")),
            (Topic.Delivery, List("deliver, delivered, delivery, ship, shipped, shipping, shipment, arrive, arrives, arrived, lead time, tracking, dispatch, dispatched, be ready, "
                + "how long, my order, our order, expect, status of, pick up, collect")),
            (Topic.Appointment, List("appointment, meeting, meet, visit, schedule, reschedule, book, booking, reserve, reservation, come by, come over, drop by, slot, viewing, "
                + "table for, postpone, move our, see you on, convenient, suit you, work for you, works for you")),
            (Topic.Availability, List("available, availability, in stock, vacancy, vacancies, free room, still have, any rooms, places left")),
            (Topic.Order, List("order, like to buy, purchase, like * to order")),
        ],
        Frames =
        [
            new("how much would|does|will it cost to *", Topic.Price, "You asked what it costs to {x}: {{price}}."),
            new("how much would|will * cost", Topic.Price, "You asked how much {x} would cost: {{price}}."),
            new("how much does * cost", Topic.Price, "You asked how much {x} costs: {{price}}."),
            new("how much do * cost", Topic.Price, "You asked how much {x} cost: {{price}}."),
            new("how much do you charge for *", Topic.Price, "You asked how much we charge for {x}: {{price}}."),
            new("what would|will * cost", Topic.Price, "You asked what {x} would cost: {{price}}."),
            new("what does * cost", Topic.Price, "You asked what {x} costs: {{price}}."),
            new("what do * cost", Topic.Price, "You asked what {x} cost: {{price}}."),
            new("how much is|are *", Topic.Price, "The price of {x}: {{price}}."),
            new("discount on|for *", Topic.Price, "Regarding a discount for {x}: {{yes or no, and how much}}."),
            new("quote|quotation|estimate|offer for *", Topic.Price, "For {x} we can offer you the following: {{price and terms}}."),
            new("price|prices|pricing|cost|costs|rates|rate|fee for|of *", Topic.Price, "The price for {x}: {{price}}."),
            new("when will * be delivered|shipped|dispatched", Topic.Delivery, "You asked when {x} will be delivered: {{date}}."),
            new("when will * arrive", Topic.Delivery, "You asked when {x} will arrive: {{date}}."),
            new("when will * be ready", Topic.Delivery, "You asked when {x} will be ready: {{date}}."),
            new("when can|could|may|should we|i expect *", Topic.Delivery, "You can expect {x} on {{date}}."),
            new("when can|could|will you deliver|ship *", Topic.Delivery, "You asked when we can deliver {x}: {{date}}."),
            new("how long does|would|will it take to *", Topic.Delivery, "You asked how long it takes to {x}: {{time}}."),
            new("delivery|lead time for *", Topic.Delivery, "The delivery time for {x}: {{time}}."),
            new("lead time for *", Topic.Delivery, "The lead time for {x}: {{time}}."),
            new("status of *", Topic.Delivery, "The status of {x}: {{where it is, and when it arrives}}."),
            new("do you *", Topic.Delivery, "You asked whether we {x}: {{yes or no}}."),
            new("can|could you *", Topic.Delivery, "You asked whether we can {x}: {{yes or no, and when}}."),
            new("i|we pick up|collect *", Topic.Delivery, "Regarding {x}: you can collect it {{day and time}}."),
            new("invoice #", Topic.Invoice, "Regarding invoice {x}: {{answer}}."),
            new("invoice number|no|nr #", Topic.Invoice, "Regarding invoice {x}: {{answer}}."),
            new("invoice|bill|receipt for *", Topic.Invoice, "Regarding the invoice for {x}: {{answer}}."),
            new("send|give|email|forward me|us *", Topic.Document, "With this mail you receive {x}: {{attach it, or say when it comes}}."),
            new("do|would you have *", Topic.Document, "You asked whether we have {x}: {{yes, attached / no}}."),
            new("need|like *", Topic.Document, "With this mail you receive {x}: {{attach it, or say when it comes}}."),
            new("do you still have|have * available|in stock|left", Topic.Availability, "You asked whether we have {x}: {{yes or no}}."),
            new("do you still have *", Topic.Availability, "You asked whether we still have {x}: {{yes or no}}."),
            new("do you have *", Topic.Availability, "You asked whether we have {x}: {{yes or no}}."),
            new("is * still available|free", Topic.Availability, "You asked whether {x} is still available: {{yes or no}}."),
            new("are * still available|free", Topic.Availability, "You asked whether {x} are still available: {{yes or no}}."),
            new("is * available", Topic.Availability, "You asked whether {x} is available: {{yes or no}}."),
            new("are * available", Topic.Availability, "You asked whether {x} are available: {{yes or no}}."),
            new("is * in stock", Topic.Availability, "You asked whether {x} is in stock: {{yes or no}}."),
            new("are * in stock", Topic.Availability, "You asked whether {x} are in stock: {{yes or no}}."),
            new("appointment|meeting|viewing|slot for|about|to *", Topic.Appointment, "For {x} we suggest {{date and time}}."),
            new("book|reserve *", Topic.Appointment, "Your booking of {x}: {{confirmed / not possible}}."),
            new("call me|us back about *", Topic.Callback, "We will call you about {x}: {{day and time}}."),
            new("call|phone me|us about *", Topic.Callback, "We will call you about {x}: {{day and time}}."),
            new("like to order *", Topic.Order, "We have received your order for {x}. {{confirmation, price and delivery date}}"),
            new("order *", Topic.Order, "Your order for {x}: {{confirmation, price and delivery date}}."),
            new("do you *", Topic.General, "You asked whether we {x}: {{yes or no}}."),
            new("can|could you *", Topic.General, "You asked whether we can {x}: {{yes or no}}."),
        ],
        Quoted = new Dictionary<Topic, string>
        {
            [Topic.General] = "You asked: “{q}” {{answer}}",
            [Topic.Price] = "You asked: “{q}” The price is {{price}}.",
            [Topic.Appointment] = "Regarding the appointment (“{q}”): {{date and time}}.",
            [Topic.Delivery] = "Regarding the delivery (“{q}”): {{delivery date}}.",
            [Topic.Invoice] = "Regarding the invoice (“{q}”): {{answer}}.",
            [Topic.Document] = "You asked: “{q}” {{attach it, or say when it comes}}",
            [Topic.Availability] = "You asked: “{q}” {{available: yes or no}}",
            [Topic.Callback] = "You asked for a call (“{q}”). We will call you {{day and time}}.",
            [Topic.Complaint] = "You wrote: “{q}” We are sorry about that. {{what we will do about it}}",
            [Topic.Hours] = "You asked about our opening hours (“{q}”): {{opening hours}}.",
            [Topic.Place] = "You asked how to find us (“{q}”): {{address or directions}}.",
            [Topic.Order] = "Regarding your order (“{q}”): {{confirmation, price and delivery date}}.",
        }.ToFrozenDictionary(),
        Said = "You wrote: “{q}” {{answer}}",
        Proposed = "Your suggestion, {x}: {{yes, that suits us / another time}}.",
        HoursAre = "You asked about our opening hours: {h}",
        PlaceIs = "You asked how to find us: {h}",
        Thanks = new Dictionary<Topic, string>
        {
            [Topic.General] = "thank you for your message{d}.",
            [Topic.Price] = "thank you for your enquiry{d}.",
            [Topic.Appointment] = "thank you for your message{d} about the appointment.",
            [Topic.Delivery] = "thank you for your message{d} about the delivery.",
            [Topic.Invoice] = "thank you for your message{d} about the invoice.",
            [Topic.Availability] = "thank you for your enquiry{d}.",
            [Topic.Complaint] = "thank you for letting us know.",
            [Topic.Order] = "thank you for your order{d}.",
        }.ToFrozenDictionary(),
        OfDate = " of {d}",
        FormalHello = "Dear {n},",
        FormalHelloNoName = "Hello,",
        FamiliarHello = "Hi {n},",
        FamiliarHelloNoName = "Hello,",
        Further = "If anything else is open, just reply to this mail. We answer {r}.",
        FurtherOther = "If anything else is open, just reply to this mail (our usual response time: {r}).",
        FurtherPlain = "If anything else is open, just reply to this mail.",
        TimeOpeners = List("within, in, by, on, the same, the next, usually, always, at the latest, no later, as soon"),
        FormalClosing = "Kind regards",
        FamiliarClosing = "Best wishes",
        More = "{{{n} more questions in the mail}}",
        Months = Split("January, February, March, April, May, June, July, August, September, October, November, December"),
        DateForm = "{d} {m} {y}",
        WroteOn = "On {d}, {n} wrote:",
        Wrote = "{n} wrote:",
        Sender = "the sender",
        CutLines = ("[… one more line]", "[… {n} more lines]"),
        Turned = new Dictionary<string, string>
        {
            ["my"] = "your", ["our"] = "your", ["My"] = "your", ["Our"] = "your", ["your"] = "our", ["Your"] = "our",
        }.ToFrozenDictionary(),
        Persons = Set("i i' me we we' us you you' let myself ourselves mine yours"),
        Ends = Set("by before until till please because which when if whether so asap thanks thank as where how what while but via"),
        Joiners = Set("and or"),
        Days = Set("monday tuesday wednesday thursday friday saturday sunday tomorrow january february march april june july august september october november december "
            + "mon tue wed thu fri sat sun weekend"),
        DayParts = Set("on at next this the of or morning afternoon evening noon am pm o' clock st nd rd th coming week between from to around about half past after any either"),
        Familiar = Set(""),
        Formal = Set("sir madam mr mrs ms"),
        Empty = Set("the a an and to of is are you your for we i in it that this with on have would could can please do does my our be me from at was will not if what "
            + "so as by or any some help know think let get there about us how who has did mean thoughts idea ideas opinion ok okay right further anything something else tell see "
            + "say time soon back come again need want like them these those there one ones still just also possible don' t i' m d really"),
    };
}
