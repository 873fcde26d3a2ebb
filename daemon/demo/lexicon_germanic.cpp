// German, English, Dutch, Swedish, Norwegian, Danish.
#include <array>

#include "demo/lexicon_texts.hpp"

namespace kontor::demo {
namespace {

constexpr std::array texts{
    LexiconText{
        "de",
        "Kühlschrank|Kühl-Gefrierkombination;Gefrierschrank|Gefriertruhe;Klimaanlage|Klimagerät;Luftentfeuchter;Ölradiator|Heizkörper;"
        "Fernseher|Smart-TV;Monitor|Bildschirm;Notebook|Laptop;Tablet;Bilderrahmen digital;"
        "LED-Lampe|LED-Leuchtmittel;Leuchtstoffröhre;Energiesparlampe;Waschmaschine|Waschvollautomat;Wäschetrockner|Trockner;"
        "Geschirrspüler|Spülmaschine;Backofen|Minibackofen;Kochfeld|Induktionskochfeld;Solarmodul|Photovoltaikmodul;Kopierer|Multifunktionskopierer;"
        "Staubsauger|Akkusauger;Bügeleisen|Dampfbügeleisen;Toaster;Wasserkocher;Kaffeemaschine|Kaffeevollautomat;"
        "Mikrowelle;Haartrockner|Föhn;Rasierer|Rasierapparat;Zahnbürste elektrisch;Bohrmaschine|Akkuschrauber;"
        "Radio|Küchenradio;Kopfhörer|Headset;Kamera|Digitalkamera;Ferngesteuertes Auto|RC-Auto;Rauchmelder;"
        "Smartphone|Handy;Router|WLAN-Router;Drucker|Laserdrucker;Tastatur;Ladegerät|Powerbank",
        "weiß|schwarz|kompakt|leise|kabellos|energiesparend|Edelstahl|tragbar|digital|neu",
        "mit Timer|Energieeffizienzklasse A|inkl. Kabel|2 Jahre Garantie|für Haushalt und Büro|leicht zu reinigen|mit Abschaltautomatik|mit Anzeige",
        "Wärmeüberträger;Bildschirme, Monitore und Geräte mit Bildschirm über 100 cm²;Lampen;Großgeräte;Kleingeräte;"
        "Kleine Geräte der Informations- und Telekommunikationstechnik",
        "für",
    },
    LexiconText{
        "en",
        "Refrigerator|Fridge freezer;Freezer|Chest freezer;Air conditioner;Dehumidifier;Oil radiator|Oil-filled heater;"
        "Television|Smart TV;Monitor|Display;Laptop|Notebook;Tablet;Digital photo frame;"
        "LED bulb|LED lamp;Fluorescent tube;Energy saving lamp|CFL bulb;Washing machine|Washer;Tumble dryer|Clothes dryer;"
        "Dishwasher;Oven|Mini oven;Hob|Induction cooktop;Solar panel|Photovoltaic module;Photocopier|Multifunction copier;"
        "Vacuum cleaner|Cordless vacuum;Steam iron|Iron;Toaster;Kettle|Electric kettle;Coffee machine|Espresso maker;"
        "Microwave|Microwave oven;Hair dryer;Shaver|Electric razor;Electric toothbrush;Drill|Cordless drill driver;"
        "Radio|Kitchen radio;Headphones|Headset;Camera|Digital camera;Remote control car|RC car;Smoke alarm|Smoke detector;"
        "Smartphone|Mobile phone;Router|Wi-Fi router;Printer|Laser printer;Keyboard;Charger|Power bank",
        "white|black|compact|quiet|cordless|energy saving|stainless steel|portable|digital|new",
        "with timer|energy class A|cable included|2 year warranty|for home and office|easy to clean|with automatic shut-off|with display",
        "Temperature exchange equipment;Screens, monitors and equipment with screens over 100 cm²;Lamps;Large equipment;Small equipment;"
        "Small IT and telecommunication equipment",
        "for",
    },
    LexiconText{
        "nl",
        "Koelkast|Koel-vriescombinatie;Vriezer|Vrieskist;Airconditioner|Airco;Luchtontvochtiger;Olieradiator;"
        "Televisie|Smart-tv;Beeldscherm|Monitor;Laptop|Notebook;Tablet;Digitale fotolijst;"
        "Ledlamp;Tl-buis;Spaarlamp;Wasmachine;Wasdroger|Droogtrommel;"
        "Vaatwasser|Afwasmachine;Oven|Mini-oven;Kookplaat|Inductiekookplaat;Zonnepaneel;Kopieerapparaat|Multifunctional;"
        "Stofzuiger|Steelstofzuiger;Strijkijzer|Stoomstrijkijzer;Broodrooster|Tosti-ijzer;Waterkoker;Koffiezetapparaat|Espressomachine;"
        "Magnetron;Haardroger|Föhn;Scheerapparaat;Elektrische tandenborstel;Boormachine|Accuboormachine;"
        "Radio|Keukenradio;Koptelefoon|Headset;Camera|Digitale camera;Bestuurbare auto|RC-auto;Rookmelder;"
        "Smartphone|Mobiele telefoon;Router|Wifi-router;Printer|Laserprinter;Toetsenbord;Oplader|Powerbank",
        "wit|zwart|compact|stil|draadloos|energiezuinig|rvs|draagbaar|digitaal|nieuw",
        "met timer|energieklasse A|inclusief kabel|2 jaar garantie|voor thuis en kantoor|makkelijk schoon te maken|schakelt vanzelf uit|met display",
        "Apparatuur voor temperatuuruitwisseling;Schermen en monitoren groter dan 100 cm²;Lampen;Grote apparatuur;Kleine apparatuur;"
        "Kleine IT- en telecommunicatieapparatuur",
        "voor",
    },
    LexiconText{
        "sv",
        "Kylskåp|Kyl och frys;Frys|Frysbox;Luftkonditionering;Avfuktare;Oljefyllt element|Oljeradiator;"
        "Tv|Smart-tv;Bildskärm|Skärm;Bärbar dator|Laptop;Surfplatta;Digital fotoram;"
        "LED-lampa;Lysrör;Lågenergilampa;Tvättmaskin;Torktumlare;"
        "Diskmaskin;Ugn|Miniugn;Häll|Induktionshäll;Solpanel;Kopiator|Multifunktionsskrivare;"
        "Dammsugare|Skaftdammsugare;Strykjärn|Ångstrykjärn;Brödrost;Vattenkokare;Kaffebryggare|Espressomaskin;"
        "Mikrovågsugn|Mikro;Hårtork|Hårfön;Rakapparat;Eltandborste;Borrmaskin|Skruvdragare;"
        "Radio|Köksradio;Hörlurar|Headset;Kamera|Digitalkamera;Radiostyrd bil;Brandvarnare;"
        "Mobiltelefon|Smarttelefon;Router|Wifi-router;Skrivare|Laserskrivare;Tangentbord;Laddare|Powerbank",
        "vit|svart|kompakt|tyst|trådlös|energisnål|rostfri|bärbar|digital|ny",
        "med timer|energiklass A|kabel ingår|2 års garanti|för hem och kontor|lätt att rengöra|stängs av automatiskt|med display",
        "Utrustning för temperaturutbyte;Skärmar och bildskärmar över 100 cm²;Lampor;Stor utrustning;Liten utrustning;"
        "Liten it- och telekommunikationsutrustning",
        "för",
    },
    LexiconText{
        "no",
        "Kjøleskap|Kombiskap;Fryser|Fryseboks;Aircondition|Klimaanlegg;Luftavfukter;Oljeovn|Oljefylt radiator;"
        "TV|Smart-TV;Skjerm|PC-skjerm;Bærbar PC|Laptop;Nettbrett;Digital fotoramme;"
        "LED-pære;Lysrør;Sparepære;Vaskemaskin;Tørketrommel;"
        "Oppvaskmaskin;Stekeovn|Miniovn;Platetopp|Induksjonstopp;Solcellepanel;Kopimaskin|Multifunksjonsmaskin;"
        "Støvsuger|Skaftstøvsuger;Strykejern|Dampstrykejern;Brødrister;Vannkoker;Kaffetrakter|Espressomaskin;"
        "Mikrobølgeovn|Mikro;Hårføner|Hårtørker;Barbermaskin;Elektrisk tannbørste;Drill|Boremaskin;"
        "Radio|Kjøkkenradio;Hodetelefoner|Headset;Kamera|Digitalkamera;Radiostyrt bil;Røykvarsler;"
        "Mobiltelefon|Smarttelefon;Ruter|Wifi-ruter;Skriver|Laserskriver;Tastatur;Lader|Nødlader",
        "hvit|svart|kompakt|stillegående|trådløs|strømsparende|rustfri|bærbar|digital|ny",
        "med timer|energiklasse A|kabel følger med|2 års garanti|til hjem og kontor|enkel å rengjøre|slår seg av selv|med display",
        "Varme- og kuldeutstyr;Skjermer og monitorer over 100 cm²;Lyspærer;Store apparater;Små apparater;Små IKT-apparater",
        "til",
    },
    LexiconText{
        "da",
        "Køleskab|Kølefryseskab;Fryser|Kummefryser;Aircondition|Klimaanlæg;Affugter;Olieradiator;"
        "Fjernsyn|Smart-tv;Skærm|Computerskærm;Bærbar computer|Laptop;Tablet;Digital fotoramme;"
        "LED-pære;Lysstofrør;Sparepære;Vaskemaskine;Tørretumbler;"
        "Opvaskemaskine;Ovn|Miniovn;Kogeplade|Induktionskogeplade;Solpanel|Solcellemodul;Kopimaskine|Multifunktionsmaskine;"
        "Støvsuger|Ledningsfri støvsuger;Strygejern|Dampstrygejern;Brødrister;Elkedel;Kaffemaskine|Espressomaskine;"
        "Mikroovn|Mikrobølgeovn;Hårtørrer|Føntørrer;Barbermaskine;Elektrisk tandbørste;Boremaskine|Skruemaskine;"
        "Radio|Køkkenradio;Hovedtelefoner|Headset;Kamera|Digitalkamera;Fjernstyret bil;Røgalarm;"
        "Mobiltelefon|Smartphone;Router|Wifi-router;Printer|Laserprinter;Tastatur;Oplader|Powerbank",
        "hvid|sort|kompakt|støjsvag|trådløs|energibesparende|rustfri|bærbar|digital|ny",
        "med timer|energiklasse A|inkl. kabel|2 års garanti|til hjem og kontor|nem at rengøre|slukker automatisk|med display",
        "Udstyr til temperaturudveksling;Skærme over 100 cm²;Lyskilder;Stort udstyr;Småt udstyr;Småt it- og telekommunikationsudstyr",
        "til",
    },
};

}  // namespace

std::span<const LexiconText> germanic_texts() { return texts; }

}  // namespace kontor::demo
