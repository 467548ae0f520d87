### ما تقوله الأوراق بالعربية.

form-day = d MMMM y
form-moment = EEEE، d MMMM y، HH:mm
period = { $from } إلى { $until } ({ $zone })

## التذاكر

tickets-title = تذاكر { $event }
issue = الإصدار { $number }
free = مجانية
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
