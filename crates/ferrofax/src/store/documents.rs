//! Uploaded documents.

use bytes::Bytes;

use super::clean::Kind;
use super::{Document, DocumentId, NewDocument, Result, Store, StoreError, blobs, row};
use crate::crash::{self, Point};

impl Store {
    /// Keeps an uploaded document; it is on disk when this returns.
    ///
    /// # Errors
    /// When the disk or the database fails.
    pub async fn save_document(&self, document: NewDocument) -> Result<DocumentId> {
        self.check_room()?;
        let mut write = self.write().await?;
        let reserved = write.reserve(Kind::Document).await?;
        let id = reserved.id;
        write.commit().await?;

        let octets = i64::try_from(document.bytes.len()).unwrap_or(i64::MAX);
        let name = blobs::document(DocumentId(id));
        if let Err(error) = self.blobs().put(&name, document.bytes).await {
            self.give_up_on(reserved).await;
            return Err(error);
        }
        crash::reached(Point::InUpload);

        let mut write = self.write().await?;
        write.release(Kind::Document, id).await?;
        let sql = "INSERT INTO documents (id, user_name, name, media_type, octets, created_us) \
             VALUES ($1, $2, $3, $4, $5, $6)";
        sqlx::query(sql)
            .bind(id)
            .bind(document.user_name)
            .bind(document.name)
            .bind(document.media_type)
            .bind(octets)
            .bind(write.now_us)
            .execute(&mut *write.tx)
            .await?;
        write.commit().await?;
        Ok(DocumentId(id))
    }

    /// A document.
    ///
    /// # Errors
    /// [`StoreError::NoDocument`], or when the database fails.
    pub async fn document(&self, id: DocumentId) -> Result<Document> {
        let row = sqlx::query("SELECT * FROM documents WHERE id = $1")
            .bind(id.0)
            .fetch_optional(self.engine().reader())
            .await?
            .ok_or(StoreError::NoDocument(id))?;
        Ok(row::document(&row)?)
    }

    /// What was uploaded.
    ///
    /// # Errors
    /// [`StoreError::NoDocument`], [`StoreError::Damaged`], or when the database fails.
    pub async fn document_bytes(&self, id: DocumentId) -> Result<Bytes> {
        self.document(id).await?;
        self.blobs().read(&blobs::document(id)).await
    }
}
