### ما تقوله الأوراق بالعربية.

form-day = d MMMM y
form-moment = EEEE، d MMMM y، HH:mm
form-time = d MMM y، HH:mm
period = { $from } إلى { $until } ({ $zone })

## التذاكر

tickets-title = تذاكر { $event }
issue = الإصدار { $number }
free = مجانية
online = عبر الإنترنت
tickets =
    .attendee = الحاضر
    .ticket = التذكرة
    .price = السعر
    .place = المكان
    .organizer = المنظم
    .order = الطلب
    .offline = لأجهزة المسح بلا شبكة
    .advice = أظهر الرمز الكبير عند الباب. إن لم يكن للجهاز اتصال فهذا الرمز يثبت وحده أن التذكرة حقيقية. الرمزان معًا يُدخلان شخصًا واحدًا مرة واحدة: احتفظ بهما لنفسك.

## الفواتير

invoice =
    .title = فاتورة
    .from = من
    .to = إلى
    .number = الرقم
    .date = التاريخ
    .due = تستحق في
    .status = الحالة
    .item = البند
    .quantity = الكمية
    .price = السعر
    .amount = المبلغ
    .total = المجموع
discount = خصم { $amount }
service-fee = رسوم الخدمة { $amount }
tax-included = منها { $tax }
tax-before = قبل الضريبة
tax = الضريبة
tax-id = الرقم الضريبي { $id }
share = رسوم الخدمة على بيع التذاكر
share-of = { $percent } % من { $revenue }، وبحد أقصى كما اتُّفق
status =
    .open = مطلوب الدفع
    .due = مستحقة
    .paid = مدفوعة
    .refunding = قيد الرد
    .refunded = مردودة
    .failed = فشل الدفع
    .resolved = مسوّاة

## القوائم

attendees = الحاضرون
    .firstname = الاسم الأول
    .lastname = اسم العائلة
    .email = البريد الإلكتروني
    .ticket-name = التذكرة
    .order-status = الطلب
    .is-checked-in = دخل
orders = الطلبات
    .identifier = الطلب
    .user-email = المشتري
    .tickets-name = التذاكر
    .amount = المبلغ
    .payment-mode = الدفع
    .status = الحالة
sessions = الجلسات
    .title = العنوان
    .speakers-name = المتحدثون
    .track-name = المسار
    .microlocation-name = القاعة
    .starts-at = البداية
    .state = الحالة
speakers = المتحدثون
    .name = الاسم
    .email = البريد الإلكتروني
    .organisation = المؤسسة
    .country = البلد
    .sessions-title = الجلسات
answers =
    .yes = نعم
    .no = لا
order-states =
    .initializing = قيد التعبئة
    .pending = بانتظار الدفع
    .placed = مُقدَّم
    .completed = مكتمل
    .cancelled = ملغى
    .expired = منتهي المهلة
session-states =
    .draft = مسودة
    .pending = مقدَّمة
    .accepted = مقبولة
    .confirmed = مؤكدة
    .rejected = مرفوضة
    .canceled = ملغاة
    .withdrawn = مسحوبة
