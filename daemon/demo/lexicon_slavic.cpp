// Polish, Czech, Slovak, Slovenian, Croatian, Bulgarian.
#include <array>

#include "demo/lexicon_texts.hpp"

namespace kontor::demo {
namespace {

constexpr std::array texts{
    LexiconText{
        "pl",
        "Lodówka|Chłodziarko-zamrażarka;Zamrażarka|Zamrażarka skrzyniowa;Klimatyzator;Osuszacz powietrza;Grzejnik olejowy;"
        "Telewizor|Smart TV;Monitor|Ekran;Laptop|Notebook;Tablet;Cyfrowa ramka na zdjęcia;"
        "Żarówka LED|Lampa LED;Świetlówka;Świetlówka kompaktowa|Żarówka energooszczędna;Pralka;Suszarka do ubrań|Suszarka bębnowa;"
        "Zmywarka;Piekarnik|Mini piekarnik;Płyta grzewcza|Płyta indukcyjna;Panel słoneczny|Moduł fotowoltaiczny;Kserokopiarka|Urządzenie wielofunkcyjne;"
        "Odkurzacz|Odkurzacz pionowy;Żelazko|Żelazko parowe;Toster|Opiekacz;Czajnik elektryczny;Ekspres do kawy;"
        "Kuchenka mikrofalowa|Mikrofalówka;Suszarka do włosów;Golarka;Szczoteczka elektryczna;Wiertarka|Wkrętarka;"
        "Radio|Radio kuchenne;Słuchawki|Zestaw słuchawkowy;Aparat fotograficzny|Aparat cyfrowy;Samochód zdalnie sterowany;Czujnik dymu;"
        "Smartfon|Telefon komórkowy;Router|Router wifi;Drukarka|Drukarka laserowa;Klawiatura;Ładowarka|Powerbank",
        "biały|czarny|kompaktowy|cichy|bezprzewodowy|energooszczędny|stal nierdzewna|przenośny|cyfrowy|nowy",
        "z timerem|klasa energetyczna A|kabel w zestawie|gwarancja 2 lata|do domu i biura|łatwy w czyszczeniu|automatyczne wyłączanie|z wyświetlaczem",
        "Sprzęt działający na zasadzie wymiany temperatury;Ekrany, monitory i sprzęt z ekranami powyżej 100 cm²;Lampy;"
        "Sprzęt wielkogabarytowy;Sprzęt małogabarytowy;Małogabarytowy sprzęt informatyczny i telekomunikacyjny",
        "do",
    },
    LexiconText{
        "cs",
        "Lednice|Kombinovaná chladnička;Mraznička|Truhlicová mraznička;Klimatizace;Odvlhčovač vzduchu;Olejový radiátor;"
        "Televizor|Chytrá televize;Monitor|Obrazovka;Notebook;Tablet;Digitální fotorámeček;"
        "LED žárovka;Zářivka;Úsporná žárovka;Pračka;Sušička prádla;"
        "Myčka nádobí;Trouba|Minitrouba;Varná deska|Indukční deska;Solární panel|Fotovoltaický modul;Kopírka|Multifunkční kopírka;"
        "Vysavač|Tyčový vysavač;Žehlička|Napařovací žehlička;Topinkovač;Rychlovarná konvice;Kávovar|Espresso;"
        "Mikrovlnná trouba|Mikrovlnka;Fén|Vysoušeč vlasů;Holicí strojek;Elektrický zubní kartáček;Vrtačka|Aku vrtačka;"
        "Rádio|Kuchyňské rádio;Sluchátka|Náhlavní souprava;Fotoaparát|Digitální fotoaparát;Auto na dálkové ovládání;Hlásič kouře;"
        "Mobilní telefon|Chytrý telefon;Router|Wifi router;Tiskárna|Laserová tiskárna;Klávesnice;Nabíječka|Powerbanka",
        "bílý|černý|kompaktní|tichý|bezdrátový|úsporný|nerez|přenosný|digitální|nový",
        "s časovačem|energetická třída A|kabel v balení|záruka 2 roky|do domácnosti i kanceláře|snadné čištění|automatické vypnutí|s displejem",
        "Zařízení pro tepelnou výměnu;Obrazovky, monitory a zařízení s obrazovkami nad 100 cm²;Světelné zdroje;Velká zařízení;Malá zařízení;"
        "Malá zařízení informačních technologií a telekomunikační zařízení",
        "pro",
    },
    LexiconText{
        "sk",
        "Chladnička|Kombinovaná chladnička;Mraznička|Truhlicová mraznička;Klimatizácia;Odvlhčovač vzduchu;Olejový radiátor;"
        "Televízor|Smart televízor;Monitor|Obrazovka;Notebook;Tablet;Digitálny fotorámik;"
        "LED žiarovka;Žiarivka;Úsporná žiarovka;Práčka;Sušička bielizne;"
        "Umývačka riadu;Rúra|Minirúra;Varná doska|Indukčná doska;Solárny panel|Fotovoltický modul;Kopírka|Multifunkčná kopírka;"
        "Vysávač|Tyčový vysávač;Žehlička|Naparovacia žehlička;Hriankovač;Rýchlovarná kanvica;Kávovar|Espresso kávovar;"
        "Mikrovlnná rúra|Mikrovlnka;Sušič vlasov|Fén;Holiaci strojček;Elektrická zubná kefka;Vŕtačka|Aku vŕtačka;"
        "Rádio|Kuchynské rádio;Slúchadlá|Náhlavná súprava;Fotoaparát|Digitálny fotoaparát;Auto na diaľkové ovládanie;Hlásič dymu;"
        "Mobilný telefón|Smartfón;Router|Wifi router;Tlačiareň|Laserová tlačiareň;Klávesnica;Nabíjačka|Powerbanka",
        "biely|čierny|kompaktný|tichý|bezdrôtový|úsporný|antikor|prenosný|digitálny|nový",
        "s časovačom|energetická trieda A|kábel v balení|záruka 2 roky|do domácnosti aj kancelárie|ľahké čistenie|automatické vypnutie|s displejom",
        "Zariadenia na tepelnú výmenu;Obrazovky, monitory a zariadenia s obrazovkami nad 100 cm²;Svetelné zdroje;Veľké zariadenia;Malé zariadenia;"
        "Malé IT a telekomunikačné zariadenia",
        "pre",
    },
    LexiconText{
        "sl",
        "Hladilnik|Kombinirani hladilnik;Zamrzovalnik|Zamrzovalna skrinja;Klimatska naprava;Razvlažilnik zraka;Oljni radiator;"
        "Televizor|Pametni televizor;Monitor|Zaslon;Prenosnik|Prenosni računalnik;Tablica|Tablični računalnik;Digitalni foto okvir;"
        "LED sijalka;Fluorescentna cev;Varčna sijalka;Pralni stroj;Sušilni stroj;"
        "Pomivalni stroj;Pečica|Mini pečica;Kuhalna plošča|Indukcijska plošča;Sončni panel|Fotovoltaični modul;Kopirni stroj|Večfunkcijska naprava;"
        "Sesalnik|Pokončni sesalnik;Likalnik|Parni likalnik;Opekač kruha;Grelnik vode;Kavni aparat;"
        "Mikrovalovna pečica;Sušilnik za lase|Fen;Brivnik;Električna zobna ščetka;Vrtalnik|Akumulatorski vrtalnik;"
        "Radio|Kuhinjski radio;Slušalke|Naglavni komplet;Fotoaparat|Digitalni fotoaparat;Avto na daljinsko vodenje;Javljalnik dima;"
        "Mobilni telefon|Pametni telefon;Usmerjevalnik|Wifi usmerjevalnik;Tiskalnik|Laserski tiskalnik;Tipkovnica;Polnilnik|Prenosna baterija",
        "bel|črn|kompakten|tih|brezžičen|varčen|nerjaveče jeklo|prenosni|digitalni|nov",
        "s časovnikom|energijski razred A|kabel priložen|2 leti garancije|za dom in pisarno|enostavno čiščenje|samodejni izklop|s prikazovalnikom",
        "Oprema za toplotno izmenjavo;Zasloni, monitorji in oprema z zasloni nad 100 cm²;Sijalke;Velika oprema;Majhna oprema;"
        "Majhna oprema za informacijsko in telekomunikacijsko tehnologijo",
        "za",
    },
    LexiconText{
        "hr",
        "Hladnjak|Kombinirani hladnjak;Zamrzivač|Škrinja za zamrzavanje;Klima uređaj;Odvlaživač zraka;Uljni radijator;"
        "Televizor|Pametni televizor;Monitor|Zaslon;Prijenosno računalo|Laptop;Tablet;Digitalni okvir za slike;"
        "LED žarulja;Fluorescentna cijev;Štedna žarulja;Perilica rublja;Sušilica rublja;"
        "Perilica posuđa;Pećnica|Mini pećnica;Ploča za kuhanje|Indukcijska ploča;Solarni panel|Fotonaponski modul;Fotokopirni uređaj|Višenamjenski kopirni uređaj;"
        "Usisavač|Štapni usisavač;Glačalo|Parno glačalo;Toster;Kuhalo za vodu;Aparat za kavu;"
        "Mikrovalna pećnica;Sušilo za kosu|Fen;Brijaći aparat;Električna četkica za zube;Bušilica|Akumulatorska bušilica;"
        "Radio|Kuhinjski radio;Slušalice|Naglavne slušalice;Fotoaparat|Digitalni fotoaparat;Auto na daljinsko upravljanje;Detektor dima;"
        "Mobitel|Pametni telefon;Usmjerivač|Wifi usmjerivač;Pisač|Laserski pisač;Tipkovnica;Punjač|Prijenosna baterija",
        "bijeli|crni|kompaktan|tih|bežični|štedljiv|nehrđajući čelik|prijenosni|digitalni|novi",
        "s vremenskim programatorom|energetski razred A|kabel uključen|jamstvo 2 godine|za dom i ured|lako čišćenje|automatsko isključivanje|sa zaslonom",
        "Oprema za izmjenu topline;Zasloni, monitori i oprema sa zaslonima većim od 100 cm²;Žarulje;Velika oprema;Mala oprema;"
        "Mala oprema informatičke tehnike i telekomunikacija",
        "za",
    },
    LexiconText{
        "bg",
        "Хладилник|Комбиниран хладилник;Фризер|Фризер ракла;Климатик;Влагоуловител|Обезвлажнител;Маслен радиатор;"
        "Телевизор|Смарт телевизор;Монитор|Екран;Лаптоп|Преносим компютър;Таблет;Цифрова фоторамка;"
        "LED крушка|LED лампа;Луминесцентна тръба;Енергоспестяваща лампа;Пералня|Перална машина;Сушилня;"
        "Съдомиялна машина;Фурна|Мини фурна;Котлон|Индукционен плот;Соларен панел|Фотоволтаичен модул;Копирна машина|Мултифункционално устройство;"
        "Прахосмукачка|Вертикална прахосмукачка;Ютия|Парна ютия;Тостер;Електрическа кана;Кафемашина|Еспресо машина;"
        "Микровълнова фурна|Микровълнова;Сешоар;Самобръсначка;Електрическа четка за зъби;Бормашина|Винтоверт;"
        "Радио|Кухненско радио;Слушалки|Слушалки с микрофон;Фотоапарат|Цифров фотоапарат;Кола с дистанционно;Датчик за дим;"
        "Мобилен телефон|Смартфон;Рутер|Wifi рутер;Принтер|Лазерен принтер;Клавиатура;Зарядно устройство|Външна батерия",
        "бял|черен|компактен|тих|безжичен|енергоспестяващ|неръждаема стомана|преносим|цифров|нов",
        "с таймер|енергиен клас A|с кабел|2 години гаранция|за дома и офиса|лесно почистване|автоматично изключване|с дисплей",
        "Топлообменно оборудване;Екрани, монитори и оборудване с екрани над 100 cm²;Лампи;Голямо оборудване;Малко оборудване;"
        "Малко информационно и далекосъобщително оборудване",
        "за",
    },
};

}  // namespace

std::span<const LexiconText> slavic_texts() { return texts; }

}  // namespace kontor::demo
