//! What the demo shop's customers write about, and what they are answered.

/// One story: what is asked, answered, and said afterwards. `{order}` stands for an order's number.
pub(super) struct Story {
    pub subject: &'static str,
    pub opening: &'static str,
    pub answer: &'static str,
    pub follow_up: &'static str,
    pub team: &'static str,
}

/// Stories that come by mail.
pub(super) const MAIL: [Story; 16] = [
    Story {
        subject: "Where is order {order}?",
        opening: "Hello,\n\nI ordered a tent last week (order {order}) and the tracking page hasn't changed for three days. We leave for the mountains on Friday. Can you tell me where it is?\n\nThank you",
        answer: "Hi! I have just spoken to the carrier: your parcel was held at the depot and goes out with tomorrow's van. I'll check again at noon and write to you.",
        follow_up: "It arrived this morning, thank you so much for chasing it!",
        team: "support",
    },
    Story {
        subject: "Zip of my Birch jacket broke",
        opening: "Hi team, the main zip of my Birch 3L jacket split on its second outing. Order {order}. Is this covered by the warranty? I'd rather have it repaired than replaced.",
        answer: "I'm sorry about that. Zips are covered for five years, and we gladly repair: print the label I attached and send the jacket in, it takes about ten days.",
        follow_up: "Label printed, the jacket is on its way to you.",
        team: "returns",
    },
    Story {
        subject: "Wrong size delivered",
        opening: "I ordered the trail shoes in 42 and got 44. Order {order}. Can you send the right ones before I return these?",
        answer: "Of course. The 42s left our warehouse today; please put the 44s back in the box and use the return label inside within 30 days.",
        follow_up: "The right pair is here and fits. The others went back yesterday.",
        team: "returns",
    },
    Story {
        subject: "Can I change the delivery address?",
        opening: "I moved on Saturday and forgot to change my address before ordering ({order}). Is it too late?",
        answer: "Not at all, it hadn't been packed yet. I have changed it to your new address; you'll get a new confirmation in a minute.",
        follow_up: "Got the confirmation. Perfect!",
        team: "support",
    },
    Story {
        subject: "Discount code doesn't work",
        opening: "The code SPRING15 from your newsletter gives \"not valid for this basket\". The basket has two sleeping mats and a stove.",
        answer: "The stove is from a brand the code doesn't cover, which the page should have said. I made you a code for the whole basket: PINE-THANKS.",
        follow_up: "It worked, thanks!",
        team: "support",
    },
    Story {
        subject: "Care of down sleeping bags",
        opening: "How should I wash the Larch 800 sleeping bag? The label says \"specialist\" but the nearest one is two hours away.",
        answer: "You can do it at home in a front loader: down soap, 30 degrees, two extra rinses, then tumble dry low with three tennis balls until no lumps are left. It takes an afternoon.",
        follow_up: "Tennis balls! It came out like new.",
        team: "support",
    },
    Story {
        subject: "Group order for our scout troop",
        opening: "We'd like 24 head torches and 24 water bottles for our summer camp. Is there a price for groups, and could you print our logo on the bottles?",
        answer: "What a nice troop! From 20 pieces on we take 12 % off, and printing is free from 24. Send me the logo as a vector file and I'll make a proof.",
        follow_up: "Here is the logo. We need everything by the end of the month.",
        team: "support",
    },
    Story {
        subject: "Stove doesn't light",
        opening: "The piezo of my Ember stove clicks but doesn't light any more, two months after buying it (order {order}).",
        answer: "That's usually the electrode having moved. Could you send a photo of the burner from above? If it is bent we send you a new one, it's a one-screw job.",
        follow_up: "Photo attached. It does look bent to the left.",
        team: "returns",
    },
    Story {
        subject: "Gift card balance",
        opening: "I have a gift card from two years ago. Does it still have a balance, and does it expire?",
        answer: "Our cards never expire. Yours still holds 35.00; just enter its number at the checkout.",
        follow_up: "Lovely, I'll put it towards a rucksack.",
        team: "support",
    },
    Story {
        subject: "Please delete my account",
        opening: "Please delete my account and everything you store about me, and confirm by mail.",
        answer: "Done as far as we may: your account, addresses and wish lists are gone. Invoices stay for the legal ten years, locked away from everything else.",
        follow_up: "Thank you for the quick and clear answer.",
        team: "support",
    },
    Story {
        subject: "Trekking poles: spare tips",
        opening: "Where can I find spare tips for the Alder carbon poles? They aren't in the shop.",
        answer: "They come with the poles' service kit, which had been hidden by mistake. It's back in the shop under spare parts.",
        follow_up: "Found and ordered.",
        team: "support",
    },
    Story {
        subject: "Rucksack squeaks",
        opening: "My new Heron 55 squeaks with every step where the frame meets the hip belt. Very annoying on a long day. Order {order}.",
        answer: "A drop of silicone on the two frame sockets silences it for good; I put a small bottle in the post for you, free of course.",
        follow_up: "No bottle so far, is it still coming?",
        team: "returns",
    },
    Story {
        subject: "Order {order} arrived incomplete",
        opening: "The parcel of order {order} came without the gas cartridges. The delivery note lists them as shipped.",
        answer: "Gas travels separately by ground, and the note should say so. Yours are due on Thursday; if they aren't there by then, write to me and I'll refund them at once.",
        follow_up: "They came a day early.",
        team: "support",
    },
    Story {
        subject: "Working with our mountain school",
        opening: "We run a mountain school with six guides and would like to talk about equipping them through you. Whom can we speak to?",
        answer: "With pleasure. Our guide programme gives 25 % on technical gear, and Hugo looks after it. Would Wednesday at ten suit you for a call?",
        follow_up: "Wednesday at ten is fine.",
        team: "support",
    },
    Story {
        subject: "Is the Fern jacket PFAS-free?",
        opening: "Is the water repellent on the Fern rain jacket free of PFAS? I can't find it on the page.",
        answer: "Yes, since last autumn's batch: the label then says \"C0\". I've asked for it to be put on the page, too.",
        follow_up: "Thanks for the honest detail about the batch.",
        team: "support",
    },
    Story {
        subject: "Returned goods not refunded yet",
        opening: "I returned two shirts three weeks ago (order {order}, tracking says delivered) and haven't seen the refund.",
        answer: "You are right and I'm sorry: the parcel had been booked in without your order number. I have released the refund just now; it takes two working days.",
        follow_up: "Money is there. Thanks.",
        team: "returns",
    },
];

/// Stories for the restricted billing channel.
pub(super) const BILLING: [Story; 4] = [
    Story {
        subject: "Invoice {order}: VAT number missing",
        opening: "Could you add our VAT number to invoice {order}? Our accounting can't book it without.",
        answer: "Here is the corrected invoice with your VAT number. It will be on all future ones.",
        follow_up: "Received, thank you.",
        team: "billing",
    },
    Story {
        subject: "Charged twice for order {order}",
        opening: "My card shows two charges for order {order}. Please refund one of them.",
        answer: "The second is a reservation that was never taken and disappears within five days. I've asked the bank to release it sooner.",
        follow_up: "It's gone, thank you.",
        team: "billing",
    },
    Story {
        subject: "Payment on account for our school",
        opening: "We are a public school and can only pay on account within 30 days. Is that possible?",
        answer: "It is. I have opened an account with 30 days for you; just choose \"invoice\" at the checkout.",
        follow_up: "Great, we'll order next week.",
        team: "billing",
    },
    Story {
        subject: "Copy of last year's invoices",
        opening: "For our tax return I need copies of all invoices of last year. There should be seven.",
        answer: "All seven are attached as one file.",
        follow_up: "Perfect.",
        team: "billing",
    },
];

/// Stories from the chat on the shop's pages; their subjects aren't used.
pub(super) const CHAT: [Story; 10] = [
    Story {
        subject: "",
        opening: "hi, is the Heron 55 in stock in green?",
        answer: "Hello! Green is back on the 3rd. Shall I set one aside for you?",
        follow_up: "yes please!",
        team: "support",
    },
    Story {
        subject: "",
        opening: "do you ship to the Azores?",
        answer: "We do, it takes 6 to 9 working days and costs 14.90.",
        follow_up: "great, ordering now",
        team: "support",
    },
    Story {
        subject: "",
        opening: "the checkout keeps spinning after I choose PayPal",
        answer: "Thanks for telling us. Could you try once more in a private window? We just restarted the payment page.",
        follow_up: "works now",
        team: "support",
    },
    Story {
        subject: "",
        opening: "how warm is the Larch 800 really? I sleep cold",
        answer: "Its comfort limit is -4. If you sleep cold I'd take the Larch 1000, or add the silk liner.",
        follow_up: "1000 it is, thanks!!",
        team: "support",
    },
    Story {
        subject: "",
        opening: "can I return something I bought in the store in Porto online?",
        answer: "You can: choose \"bought in a store\" on the return page and enter the receipt's number.",
        follow_up: "found it",
        team: "returns",
    },
    Story {
        subject: "",
        opening: "which size of the Fern jacket for 183cm / 78kg?",
        answer: "A regular M; take L if you wear a fleece below.",
        follow_up: "L then, it's for winter",
        team: "support",
    },
    Story {
        subject: "",
        opening: "are the trail shoes vegan?",
        answer: "The Moss and the Lichen are, down to the glue. The Bark has a leather toe cap.",
        follow_up: "thank you :)",
        team: "support",
    },
    Story {
        subject: "",
        opening: "my code from the catalogue says it's expired but the catalogue came today",
        answer: "Oh dear, the post took its time. Use LATEPOST, same discount, good until Sunday.",
        follow_up: "you're the best",
        team: "support",
    },
    Story {
        subject: "",
        opening: "is somebody there?",
        answer: "Yes, hello! What can we do for you?",
        follow_up: "I'd like to rent a tent for two weeks, do you do that?",
        team: "support",
    },
    Story {
        subject: "",
        opening: "my parcel says delivered but it isn't here",
        answer: "I'm looking into it. Could you check with the neighbours and tell me your order's number?",
        follow_up: "neighbour had it, sorry for the noise",
        team: "support",
    },
];

/// What blocked senders write.
pub(super) const SPAM: [(&str, &str); 3] = [
    ("Boost your ranking NOW", "Dear webmaster, we put your shop on page one, guaranteed. Reply for our price list."),
    ("You have won", "Your mailbox was selected. Confirm your bank details within 24 hours."),
    ("Cheap followers", "10,000 real followers for 9.99, limited offer!!!"),
];

/// Full name, mail address, plan, country.
pub(super) const CUSTOMERS: [(&str, &str, &str, &str); 26] = [
    ("Maya Fischer", "maya.fischer@mail.example", "club", "DE"),
    ("Tom Hughes", "tom.hughes@mail.example", "basic", "GB"),
    ("Inês Carvalho", "ines.carvalho@mail.example", "club", "PT"),
    ("Jonas Berg", "jonas.berg@mail.example", "basic", "NO"),
    ("Aiko Tanaka", "aiko.tanaka@mail.example", "club", "JP"),
    ("Luca Moretti", "luca.moretti@mail.example", "basic", "IT"),
    ("Sofía Romero", "sofia.romero@mail.example", "basic", "ES"),
    ("Peter Novák", "peter.novak@mail.example", "guide", "CZ"),
    ("Nora Lund", "nora.lund@mail.example", "club", "DK"),
    ("Omar Haddad", "omar.haddad@mail.example", "basic", "FR"),
    ("Emma Walsh", "emma.walsh@mail.example", "basic", "IE"),
    ("Mateusz Zieliński", "mateusz.zielinski@mail.example", "club", "PL"),
    ("Priya Nair", "priya.nair@mail.example", "basic", "IN"),
    ("Felix Wagner", "felix.wagner@mail.example", "guide", "AT"),
    ("Hanna Korhonen", "hanna.korhonen@mail.example", "club", "FI"),
    ("Diego Fernández", "diego.fernandez@mail.example", "basic", "AR"),
    ("Zoë Janssens", "zoe.janssens@mail.example", "club", "BE"),
    ("Ahmed Saleh", "ahmed.saleh@mail.example", "basic", "EG"),
    ("Lena Keller", "lena.keller@mail.example", "guide", "CH"),
    ("William Carter", "william.carter@mail.example", "basic", "US"),
    ("Yuki Mori", "yuki.mori@mail.example", "club", "JP"),
    ("Oskar Nilsson", "oskar.nilsson@mail.example", "basic", "SE"),
    ("Camille Dubois", "camille.dubois@mail.example", "club", "FR"),
    ("Rui Pereira", "rui.pereira@mail.example", "basic", "PT"),
    ("Anna Schmidt", "anna.schmidt@mail.example", "basic", "DE"),
    ("Kofi Mensah", "kofi.mensah@mail.example", "guide", "GH"),
];
