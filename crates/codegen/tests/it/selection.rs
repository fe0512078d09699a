//! What `models.toml` chooses, and under which features it is compiled.

use std::path::Path;

use alipay_codegen::{Files, Spec, emit, features, forwarded_features};

/// Two groups that share a type with a type inside; a third that nobody chooses.
const FILES: [(&str, &str); 4] = [
    (
        "v2/common.toml",
        "[[type]]\nname = \"Outer\"\nfields = [{ name = \"inner\", type = \"Inner\" }]\n\n[[type]]\nname = \"Inner\"\nfields \
         = []\n\n[[type]]\nname = \"Far\"\nfields = []\n",
    ),
    (
        "v2/shop.toml",
        "group = \"shop\"\n[[operation]]\nmethod = \"alipay.shop.buy\"\nrequest = [{ name = \"o\", type = \
      \"Outer\" }]\nresponse = []\n[[operation]]\nmethod = \"alipay.shop.sell\"\nrequest = [{ name = \"f\", type = \"Far\" \
      }]\nresponse = []\n",
    ),
    (
        "v2/stall.toml",
        "group = \"stall\"\n[[operation]]\nmethod = \"alipay.stall.buy\"\nrequest = []\nresponse = [{ name \
      = \"i\", type = \"Inner\" }]\n",
    ),
    (
        "v2/fair.toml",
        "group = \"fair\"\n[[operation]]\nmethod = \"alipay.fair.buy\"\nrequest = []\nresponse = [{ name = \
      \"f\", type = \"Far\" }]\n",
    ),
];

fn chosen(models: &str) -> (Files, String, String) {
    let files = FILES.map(|(path, text)| (path.to_owned(), text.to_owned()));
    let spec = Spec::from_files(files.into_iter().chain([("models.toml".to_owned(), models.to_owned())]));
    let ir = spec.lower().unwrap_or_else(|findings| panic!("{findings:#?}")).selected();
    (emit(&ir).unwrap(), features(&ir), forwarded_features(&ir, "models"))
}

#[test]
fn shared_types_follow_the_features_of_the_groups_that_use_them() {
    let (files, features, forwarded) = chosen("v2 = [\"alipay.*\"]");
    let common = &files[Path::new("v2/common.rs")];
    assert!(
        common.contains("#[cfg(any(feature = \"shop\", feature = \"stall\"))]\nmod inner;\n"),
        "{common}"
    );
    assert!(common.contains("#[cfg(feature = \"shop\")]\npub use self::outer::Outer;\n"), "{common}");
    assert!(common.contains("#[cfg(any(feature = \"fair\", feature = \"shop\"))]\nmod far;\n"), "{common}");
    assert_eq!(features, "fair = []\nshop = []\nstall = []\n");
    assert_eq!(forwarded, "fair = [\"models/fair\"]\nshop = [\"models/shop\"]\nstall = [\"models/stall\"]\n");
}

#[test]
fn what_is_not_chosen_is_not_there_and_the_rest_is_called_as_before() {
    let (everything, ..) = chosen("v2 = [\"alipay.*\"]");
    let (files, features, _) = chosen("v2 = [\"alipay.shop.buy\", \"alipay.stall.*\"]");
    assert_eq!(features, "shop = []\nstall = []\n");
    for gone in ["v2/fair.rs", "v2/shop/sell.rs", "v2/common/far.rs"] {
        assert!(everything.contains_key(Path::new(gone)) && !files.contains_key(Path::new(gone)), "{gone}");
    }
    for same in ["v2/shop/buy.rs", "v2/stall/buy.rs", "v2/common/outer.rs", "v2/common/inner.rs"] {
        assert_eq!(files[Path::new(same)], everything[Path::new(same)], "{same}");
    }
}
