//! Some of the programs that the command prints to start from, as it prints them: calls of both protocols, nested types,
//! a page, an order string, a file. Here they are compiled; a test of the command compares them with what it prints.

#![allow(dead_code, unused_variables, reason = "they only have to compile")]

use alipay_api::Client;

type Done = Result<(), Box<dyn std::error::Error>>;

#[rustfmt::skip]
async fn send(client: &Client) -> Done {
    // alipay ops show alipay.marketing.voucher.send
    // Cargo.toml: alipay-api with the feature `marketing`
    use alipay_api::models::v2::marketing::VoucherSendRequest;

    let request = VoucherSendRequest::new("20140601000730010040000000EB", "2016122814164328aadaee_1aee_4")
        .user_id("2088302001456115");
    // With alipay_api::blocking::Client, leave out .await
    let answer = client.execute(&request).await?;
    Ok(())
}

#[rustfmt::skip]
async fn create_template(client: &Client) -> Done {
    // alipay ops show alipay.marketing.cashvoucher.template.create
    // Cargo.toml: alipay-api with the feature `marketing`
    use alipay_api::{DateTime, Money};
    use alipay_api::models::v2::marketing::{CashvoucherTemplateCreateRequest, VoucherValidPeriod};

    let request = CashvoucherTemplateCreateRequest::new("FIX_VOUCHER", "2017-01-01 00:00:01".parse::<DateTime>()?, "2017-01-29 23:59:59".parse::<DateTime>()?, VoucherValidPeriod::new("ABSOLUTE")
            .start("2017-01-10 00:00:00".parse::<DateTime>()?)
            .end("2017-01-13 23:59:59".parse::<DateTime>()?), "20170101000001654bb46ba", "8.80".parse::<Money>()?, 1000000);
    // With alipay_api::blocking::Client, leave out .await
    let answer = client.execute(&request).await?;
    Ok(())
}

#[rustfmt::skip]
fn page(client: &Client) -> Done {
    // alipay ops show alipay.trade.page.pay
    // Cargo.toml: alipay-api with the feature `trade`
    use alipay_api::{CallOptions, Money};
    use alipay_api::models::v2::trade::PagePayRequest;

    let request = PagePayRequest::new("20150320010101001", "88.88".parse::<Money>()?, "Iphone6 16G", "FAST_INSTANT_TRADE_PAY");
    let url = client.page_url(&request, &CallOptions::new())?;
    Ok(())
}

#[rustfmt::skip]
fn app(client: &Client) -> Done {
    // alipay ops show alipay.trade.app.pay
    // Cargo.toml: alipay-api with the feature `trade`
    use alipay_api::{CallOptions, Money};
    use alipay_api::models::v2::trade::AppPayRequest;

    let request = AppPayRequest::new("20150320010101001", "88.88".parse::<Money>()?, "Iphone6 16G");
    let order = client.order_string(&request, &CallOptions::new())?;
    Ok(())
}

#[rustfmt::skip]
async fn upload(client: &Client) -> Done {
    // alipay ops show alipay.marketing.material.image.upload
    // Cargo.toml: alipay-api with the feature `marketing`
    use alipay_api::upload_file;
    use alipay_api::models::v2::marketing::{BelongMerchantInfo, MaterialImageUploadRequest};

    let request = MaterialImageUploadRequest::default()
        .file_content(upload_file("picture.png")?)
        .belong_merchant_info(BelongMerchantInfo::default()
            .business_type("...")
            .merchant_id("...")
            .merchant_id_type("..."))
        .file_key("...");
    // With alipay_api::blocking::Client, leave out .await
    let answer = client.execute(&request).await?;
    Ok(())
}

#[rustfmt::skip]
async fn token(client: &Client) -> Done {
    // alipay ops show alipay.system.oauth.token
    // Cargo.toml: alipay-api with the feature `system`
    use alipay_api::models::v2::system::OauthTokenRequest;

    let request = OauthTokenRequest::new("authorization_code")
        .code("4b203fe6c11548bcabd8da5bb087a83b");
    // With alipay_api::blocking::Client, leave out .await
    let answer = client.execute(&request).await?;
    Ok(())
}

#[rustfmt::skip]
async fn modify_activity(client: &Client) -> Done {
    // alipay ops show PATCH /v3/alipay/marketing/ordervoucher/activity/{activity_id}
    // Cargo.toml: alipay-api with the feature `marketing`
    use alipay_api::models::v3::marketing::{ActivityBaseInfo, ActivityOrdervoucherModifyRequest, CustomerGuideModify};

    let request = ActivityOrdervoucherModifyRequest::new("...")
        .activity_base_info(ActivityBaseInfo::default()
            .activity_id("2016042700826004508401111111")
            .activity_name("新春支付券")
            .activity_operation_status("..."))
        .activity_name("...")
        .customer_guide(CustomerGuideModify::default()
            .mini_app_id("...")
            .mini_app_path("...")
            .real_shop_ids(vec!["...".to_owned()]));
    // With alipay_api::blocking::Client, leave out .await
    let answer = client.execute(&request).await?;
    Ok(())
}

#[rustfmt::skip]
async fn create_activity(client: &Client) -> Done {
    // alipay ops show POST /v3/alipay/marketing/activity/voucher/create
    // Cargo.toml: alipay-api with the feature `marketing`
    use alipay_api::models::v3::marketing::ActivityVoucherCreateRequest;

    let request = ActivityVoucherCreateRequest::new("CREATE20260105000001");
    // With alipay_api::blocking::Client, leave out .await
    let answer = client.execute(&request).await?;
    Ok(())
}
