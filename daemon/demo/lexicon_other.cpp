// Greek, Finnish, Estonian, Hungarian, Latvian, Lithuanian, Japanese, Korean.
#include <array>

#include "demo/lexicon_texts.hpp"

namespace kontor::demo {
namespace {

constexpr std::array texts{
    LexiconText{
        "el",
        "Ψυγείο|Ψυγειοκαταψύκτης;Καταψύκτης|Καταψύκτης μπαούλο;Κλιματιστικό;Αφυγραντήρας;Καλοριφέρ λαδιού;"
        "Τηλεόραση|Smart TV;Οθόνη υπολογιστή;Φορητός υπολογιστής|Laptop;Τάμπλετ;Ψηφιακή κορνίζα;"
        "Λάμπα LED;Λαμπτήρας φθορισμού;Λάμπα οικονομίας;Πλυντήριο ρούχων;Στεγνωτήριο ρούχων;"
        "Πλυντήριο πιάτων;Φούρνος|Φουρνάκι;Εστία|Επαγωγική εστία;Ηλιακό πάνελ|Φωτοβολταϊκό πάνελ;Φωτοτυπικό|Πολυμηχάνημα;"
        "Ηλεκτρική σκούπα|Σκουπάκι;Σίδερο|Σίδερο ατμού;Φρυγανιέρα;Βραστήρας;Καφετιέρα|Μηχανή εσπρέσο;"
        "Φούρνος μικροκυμάτων;Σεσουάρ|Πιστολάκι μαλλιών;Ξυριστική μηχανή;Ηλεκτρική οδοντόβουρτσα;Δράπανο|Δραπανοκατσάβιδο;"
        "Ραδιόφωνο;Ακουστικά|Ακουστικά με μικρόφωνο;Φωτογραφική μηχανή;Τηλεκατευθυνόμενο αυτοκίνητο;Ανιχνευτής καπνού;"
        "Κινητό τηλέφωνο|Smartphone;Δρομολογητής|Router wifi;Εκτυπωτής|Εκτυπωτής λέιζερ;Πληκτρολόγιο;Φορτιστής|Power bank",
        "λευκό|μαύρο|συμπαγές|αθόρυβο|ασύρματο|οικονομικό|ανοξείδωτο|φορητό|ψηφιακό|νέο",
        "με χρονοδιακόπτη|ενεργειακή κλάση A|περιλαμβάνει καλώδιο|εγγύηση 2 έτη|για σπίτι και γραφείο|εύκολο καθάρισμα|αυτόματη απενεργοποίηση|με ένδειξη",
        "Εξοπλισμός ανταλλαγής θερμότητας;Οθόνες και εξοπλισμός με οθόνες άνω των 100 cm²;Λαμπτήρες;Μεγάλου μεγέθους εξοπλισμός;"
        "Μικρού μεγέθους εξοπλισμός;Μικρού μεγέθους εξοπλισμός πληροφορικής και τηλεπικοινωνιών",
        "για",
    },
    LexiconText{
        "fi",
        "Jääkaappi|Jääkaappipakastin;Pakastin|Arkkupakastin;Ilmastointilaite;Ilmankuivain;Öljytäytteinen patteri;"
        "Televisio|Älytelevisio;Näyttö|Tietokonenäyttö;Kannettava tietokone|Läppäri;Tabletti;Digitaalinen valokuvakehys;"
        "LED-lamppu;Loisteputki;Energiansäästölamppu;Pyykinpesukone|Pesukone;Kuivausrumpu;"
        "Astianpesukone;Uuni|Pikku-uuni;Liesitaso|Induktioliesi;Aurinkopaneeli;Kopiokone|Monitoimilaite;"
        "Pölynimuri|Varsi-imuri;Silitysrauta|Höyrysilitysrauta;Leivänpaahdin;Vedenkeitin;Kahvinkeitin|Espressokone;"
        "Mikroaaltouuni|Mikro;Hiustenkuivaaja|Föön;Parranajokone;Sähköhammasharja;Porakone|Akkuporakone;"
        "Radio|Keittiöradio;Kuulokkeet|Kuulokemikrofoni;Kamera|Digikamera;Kauko-ohjattava auto;Palovaroitin;"
        "Matkapuhelin|Älypuhelin;Reititin|Wifi-reititin;Tulostin|Lasertulostin;Näppäimistö;Laturi|Varavirtalähde",
        "valkoinen|musta|kompakti|hiljainen|langaton|energiaa säästävä|ruostumaton|kannettava|digitaalinen|uusi",
        "ajastimella|energialuokka A|kaapeli mukana|2 vuoden takuu|kotiin ja toimistoon|helppo puhdistaa|sammuu itsestään|näytöllä",
        "Lämmönvaihtolaitteet;Näytöt ja laitteet, joissa on yli 100 cm² näyttö;Lamput;Suuret laitteet;Pienet laitteet;Pienet tieto- ja teletekniset laitteet",
        "malliin",
    },
    LexiconText{
        "et",
        "Külmik|Külmik-sügavkülmik;Sügavkülmik|Külmakirst;Kliimaseade|Konditsioneer;Õhukuivati;Õliradiaator;"
        "Teler|Nutiteler;Monitor|Kuvar;Sülearvuti;Tahvelarvuti;Digitaalne pildiraam;"
        "LED-lamp|LED-pirn;Luminofoorlamp;Säästulamp;Pesumasin;Pesukuivati;"
        "Nõudepesumasin;Ahi|Miniahi;Pliidiplaat|Induktsioonplaat;Päikesepaneel;Koopiamasin|Multifunktsionaalne seade;"
        "Tolmuimeja|Varstolmuimeja;Triikraud|Aurutriikraud;Röster;Veekeetja;Kohvimasin|Espressomasin;"
        "Mikrolaineahi;Föön|Juuksekuivati;Pardel;Elektriline hambahari;Trell|Akutrell;"
        "Raadio|Köögiraadio;Kõrvaklapid|Peakomplekt;Kaamera|Fotoaparaat;Puldiga auto;Suitsuandur;"
        "Mobiiltelefon|Nutitelefon;Ruuter|Wifi ruuter;Printer|Laserprinter;Klaviatuur;Laadija|Akupank",
        "valge|must|kompaktne|vaikne|juhtmevaba|energiasäästlik|roostevaba|kaasaskantav|digitaalne|uus",
        "taimeriga|energiaklass A|kaabel komplektis|2 aastat garantiid|koju ja kontorisse|kerge puhastada|automaatne väljalülitus|ekraaniga",
        "Soojusvahetusseadmed;Kuvarid, monitorid ja seadmed üle 100 cm² ekraaniga;Lambid;Suured seadmed;Väikesed seadmed;"
        "Väikesed infotehnoloogia- ja telekommunikatsiooniseadmed",
        "jaoks",
    },
    LexiconText{
        "hu",
        "Hűtőszekrény|Kombinált hűtő;Fagyasztó|Fagyasztóláda;Légkondicionáló|Klíma;Páramentesítő|Párátlanító;Olajradiátor;"
        "Televízió|Okostévé;Monitor|Képernyő;Laptop|Notebook;Táblagép;Digitális képkeret;"
        "LED izzó|LED lámpa;Fénycső;Energiatakarékos izzó;Mosógép;Szárítógép;"
        "Mosogatógép;Sütő|Minisütő;Főzőlap|Indukciós főzőlap;Napelem|Napelem modul;Fénymásoló|Multifunkciós másoló;"
        "Porszívó|Álló porszívó;Vasaló|Gőzölős vasaló;Kenyérpirító;Vízforraló;Kávéfőző|Eszpresszógép;"
        "Mikrohullámú sütő|Mikró;Hajszárító;Villanyborotva;Elektromos fogkefe;Fúrógép|Akkus fúró;"
        "Rádió|Konyhai rádió;Fejhallgató|Headset;Fényképezőgép|Digitális kamera;Távirányítós autó;Füstjelző;"
        "Okostelefon|Mobiltelefon;Router|Wifi router;Nyomtató|Lézernyomtató;Billentyűzet;Töltő|Külső akkumulátor",
        "fehér|fekete|kompakt|csendes|vezeték nélküli|energiatakarékos|rozsdamentes|hordozható|digitális|új",
        "időzítővel|A energiaosztály|kábellel|2 év garancia|otthonra és irodába|könnyen tisztítható|automatikus kikapcsolás|kijelzővel",
        "Hőcserélő berendezések;Képernyők, monitorok és 100 cm²-nél nagyobb képernyős berendezések;Lámpák;Nagyméretű berendezések;"
        "Kisméretű berendezések;Kisméretű informatikai és távközlési berendezések",
        "ehhez",
    },
    LexiconText{
        "lv",
        "Ledusskapis|Ledusskapis ar saldētavu;Saldētava|Saldētavas lāde;Gaisa kondicionieris;Gaisa sausinātājs;Eļļas radiators;"
        "Televizors|Viedtelevizors;Monitors|Ekrāns;Klēpjdators|Portatīvais dators;Planšetdators;Digitālais foto rāmis;"
        "LED spuldze;Luminiscences lampa;Ekonomiskā spuldze;Veļas mašīna|Veļas mazgājamā mašīna;Veļas žāvētājs;"
        "Trauku mazgājamā mašīna;Cepeškrāsns|Mini krāsns;Plīts virsma|Indukcijas virsma;Saules panelis;Kopētājs|Daudzfunkciju iekārta;"
        "Putekļsūcējs|Vertikālais putekļsūcējs;Gludeklis|Tvaika gludeklis;Tosteris;Tējkanna;Kafijas automāts;"
        "Mikroviļņu krāsns;Matu fēns;Skuveklis;Elektriskā zobu birste;Urbjmašīna|Akumulatora urbis;"
        "Radio|Virtuves radio;Austiņas|Austiņas ar mikrofonu;Fotoaparāts|Digitālā kamera;Radiovadāma mašīna;Dūmu detektors;"
        "Mobilais tālrunis|Viedtālrunis;Maršrutētājs|Wifi rūteris;Printeris|Lāzerprinteris;Klaviatūra;Lādētājs|Ārējais akumulators",
        "balts|melns|kompakts|kluss|bezvadu|energotaupīgs|nerūsējošs|pārnēsājams|digitāls|jauns",
        "ar taimeri|energoklase A|kabelis komplektā|2 gadu garantija|mājai un birojam|viegli tīrāms|automātiska izslēgšanās|ar displeju",
        "Siltumapmaiņas iekārtas;Ekrāni, monitori un iekārtas ar ekrānu virs 100 cm²;Lampas;Liela izmēra iekārtas;Maza izmēra iekārtas;"
        "Maza izmēra informācijas tehnoloģiju un telekomunikāciju iekārtas",
        "priekš",
    },
    LexiconText{
        "lt",
        "Šaldytuvas|Šaldytuvas su šaldikliu;Šaldiklis|Šaldymo dėžė;Oro kondicionierius;Oro sausintuvas;Tepalinis radiatorius;"
        "Televizorius|Išmanusis televizorius;Monitorius|Ekranas;Nešiojamasis kompiuteris;Planšetinis kompiuteris|Planšetė;Skaitmeninis nuotraukų rėmelis;"
        "LED lemputė;Liuminescencinė lempa;Taupioji lemputė;Skalbimo mašina|Skalbyklė;Džiovyklė|Skalbinių džiovyklė;"
        "Indaplovė;Orkaitė|Mini orkaitė;Kaitlentė|Indukcinė kaitlentė;Saulės baterija|Saulės modulis;Kopijavimo aparatas|Daugiafunkcis aparatas;"
        "Dulkių siurblys|Belaidis siurblys;Lygintuvas|Garinis lygintuvas;Skrudintuvas;Virdulys;Kavos aparatas;"
        "Mikrobangų krosnelė;Plaukų džiovintuvas|Fenas;Barzdaskutė;Elektrinis dantų šepetėlis;Gręžtuvas|Akumuliatorinis suktuvas;"
        "Radijas|Radijo imtuvas;Ausinės|Ausinės su mikrofonu;Fotoaparatas|Skaitmeninis fotoaparatas;Radijo bangomis valdomas automobilis;Dūmų detektorius;"
        "Mobilusis telefonas|Išmanusis telefonas;Maršrutizatorius|Wifi maršrutizatorius;Spausdintuvas|Lazerinis spausdintuvas;Klaviatūra;Įkroviklis|Išorinė baterija",
        "baltas|juodas|kompaktiškas|tylus|belaidis|taupus|nerūdijantis|nešiojamas|skaitmeninis|naujas",
        "su laikmačiu|energijos klasė A|su laidu|2 metų garantija|namams ir biurui|lengvai valomas|automatinis išsijungimas|su ekranėliu",
        "Temperatūros keitimo įranga;Ekranai, monitoriai ir įranga su didesniais kaip 100 cm² ekranais;Lempos;Stambi įranga;Smulki įranga;"
        "Smulki IT ir telekomunikacijų įranga",
        "skirtas",
    },
    LexiconText{
        "ja",
        "冷蔵庫|冷凍冷蔵庫;冷凍庫;エアコン|ルームエアコン;除湿機;オイルヒーター;"
        "テレビ|液晶テレビ;モニター|液晶ディスプレイ;ノートパソコン;タブレット;デジタルフォトフレーム;"
        "LED電球;蛍光灯|直管蛍光灯;電球形蛍光灯;洗濯機|全自動洗濯機;衣類乾燥機;"
        "食器洗い乾燥機|食洗機;オーブン|オーブントースター;IHクッキングヒーター;太陽光パネル;複合機|コピー機;"
        "掃除機|コードレス掃除機;アイロン|スチームアイロン;トースター;電気ケトル;コーヒーメーカー;"
        "電子レンジ;ドライヤー|ヘアドライヤー;シェーバー|電気シェーバー;電動歯ブラシ;電動ドリル|ドリルドライバー;"
        "ラジオ;ヘッドホン|イヤホン;デジタルカメラ|カメラ;ラジコンカー;火災警報器|煙感知器;"
        "スマートフォン|携帯電話;ルーター|無線ルーター;プリンター|レーザープリンター;キーボード;充電器|モバイルバッテリー",
        "ホワイト|ブラック|コンパクト|静音|コードレス|省エネ|ステンレス|ポータブル|デジタル|新品",
        "タイマー付き|省エネ基準達成|ケーブル付属|保証2年|家庭用・オフィス用|お手入れ簡単|自動電源オフ|表示付き",
        "温度調節機器;画面付き機器;照明;大型機器;小型機器;小型情報通信機器",
        "対応",
    },
    LexiconText{
        "ko",
        "냉장고|김치냉장고;냉동고;에어컨|창문형 에어컨;제습기;라디에이터|오일 히터;"
        "텔레비전|스마트 TV;모니터;노트북;태블릿;디지털 액자;"
        "LED 전구|LED 램프;형광등;전구형 형광등;세탁기|드럼세탁기;의류건조기|건조기;"
        "식기세척기;오븐|미니 오븐;인덕션|전기레인지;태양광 패널;복사기|복합기;"
        "청소기|무선청소기;다리미|스팀다리미;토스터;전기포트|전기주전자;커피머신|커피메이커;"
        "전자레인지;헤어드라이어|드라이기;면도기|전기면도기;전동칫솔;전동드릴|충전드릴;"
        "라디오;헤드폰|이어폰;카메라|디지털카메라;무선조종 자동차;화재경보기|연기감지기;"
        "휴대폰|스마트폰;공유기|무선공유기;프린터|레이저프린터;키보드;충전기|보조배터리",
        "화이트|블랙|소형|저소음|무선|절전형|스테인리스|휴대용|디지털|신제품",
        "타이머 기능|에너지효율 1등급|케이블 포함|2년 보증|가정 및 사무용|간편 세척|자동 전원 차단|디스플레이 탑재",
        "온도교환기기;디스플레이기기;조명기기;대형기기;소형기기;소형 통신·사무기기",
        "호환",
    },
};

}  // namespace

std::span<const LexiconText> other_texts() { return texts; }

}  // namespace kontor::demo
